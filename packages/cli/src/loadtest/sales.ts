/** Units by SKU, and by how many were asked for at once. */
type UnmetRequests = Readonly<Record<string, Readonly<Record<number, number>>>>

/** What buyers wanted and did not get, as plain data. */
export interface SalesCount {
  /** Units by SKU of every purchase that was decided. */
  readonly demand: Readonly<Record<string, number>>
  /** By SKU: how many requests for so many units went away without them. */
  readonly unmet: UnmetRequests
  /** Units of confirmed orders, as the buyers were told. */
  readonly confirmedUnits: number
}

interface Line {
  readonly sku: string
  readonly quantity: number
}

/** Counts what the buyers of one process wanted. */
export class SalesTally {
  readonly #demand: Record<string, number> = {}
  readonly #unmet: Record<string, Record<number, number>> = {}
  #confirmedUnits = 0

  get count(): SalesCount {
    return { demand: this.#demand, unmet: this.#unmet, confirmedUnits: this.#confirmedUnits }
  }

  bought(lines: readonly Line[]): void {
    for (const line of lines) {
      this.#want(line)
      this.#confirmedUnits += line.quantity
    }
  }

  /** @param short - the line that there was too little of; null when the purchase failed for another reason, and every line counts. */
  leftWithout(lines: readonly Line[], short: Line | null): void {
    for (const line of short === null ? lines : [short]) {
      this.#want(line)
      const sizes = this.#unmet[line.sku] ?? {}
      this.#unmet[line.sku] = sizes
      sizes[line.quantity] = (sizes[line.quantity] ?? 0) + 1
    }
  }

  #want({ sku, quantity }: Line): void {
    this.#demand[sku] = (this.#demand[sku] ?? 0) + quantity
  }
}

/** Adds up what several processes counted. */
export function allSales(counts: readonly SalesCount[]): SalesCount {
  const demand: Record<string, number> = {}
  const unmet: Record<string, Record<number, number>> = {}
  for (const count of counts) {
    for (const [sku, units] of Object.entries(count.demand)) demand[sku] = (demand[sku] ?? 0) + units
    for (const [sku, sizes] of Object.entries(count.unmet)) {
      const sum = unmet[sku] ?? {}
      unmet[sku] = sum
      for (const [size, requests] of Object.entries(sizes)) sum[Number(size)] = (sum[Number(size)] ?? 0) + requests
    }
  }
  return { demand, unmet, confirmedUnits: counts.reduce((sum, { confirmedUnits }) => sum + confirmedUnits, 0) }
}

/** Units, over all SKUs. */
export interface StockResult {
  /** Available when the load began, of the SKUs that were wanted. */
  readonly supply: number
  /** Wanted by buyers who were bought for or turned away. A cart that was refused counts by the line that was short. */
  readonly demand: number
  readonly sold: number
  /** Sold beyond the supply. */
  readonly oversold: number
  /** Left although somebody who wanted so few was turned away: in a flash sale, min(demand, supply) − sold. */
  readonly undersold: number
}

/**
 * Compares what was wanted with what was sold, SKU by SKU.
 *
 * @param supply - units available when the load began. A SKU that is not in it has no limit and is left out.
 * @param sold - units on this run's confirmed orders.
 */
export function stockResult(supply: Readonly<Record<string, number>>, { demand, unmet }: SalesCount, sold: Readonly<Record<string, number>>): StockResult {
  const result = { supply: 0, demand: 0, sold: 0, oversold: 0, undersold: 0 }
  for (const sku of new Set([...Object.keys(demand), ...Object.keys(sold)])) {
    const supplied = supply[sku]
    if (supplied === undefined) continue
    const gone = sold[sku] ?? 0
    const left = Math.max(0, supplied - gone)
    result.supply += supplied
    result.demand += demand[sku] ?? 0
    result.sold += gone
    result.oversold += Math.max(0, gone - supplied)
    result.undersold += Math.min(left, unitsThatWouldFit(unmet[sku] ?? {}, left))
  }
  return result
}

function unitsThatWouldFit(sizes: Readonly<Record<number, number>>, left: number): number {
  return Object.entries(sizes).reduce((sum, [size, requests]) => (Number(size) <= left ? sum + Number(size) * requests : sum), 0)
}
