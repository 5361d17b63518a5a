import type { Sellable } from '../catalog/product.ts'

/** What a price list asks for one unit, from a quantity on. */
export interface ListPrice {
  /** The list's code. */
  readonly list: string
  readonly priority: number
  /** Units of the line from which it counts, ≥ 1. */
  readonly minQuantity: number
  readonly amountMinor: number
}

/** What one unit costs. */
export interface UnitPrice {
  readonly amountMinor: number
  /** The price list that says so; null for the variant's own price. */
  readonly priceList: string | null
}

type Priced = Pick<Sellable, 'listPrices'> & { readonly price: { readonly amountMinor: number } }

/**
 * What one of so many units costs. A list's price goes before the variant's own, also when it is higher; of several lists the one of the highest priority counts,
 * and of those of one priority the lowest price. In a list, the step with the largest `minQuantity` that is reached counts.
 */
export function unitPrice({ price, listPrices }: Priced, quantity: number): UnitPrice {
  const reached = new Map<string, ListPrice>()
  for (const step of listPrices) {
    const before = reached.get(step.list)
    if (step.minQuantity <= quantity && (before === undefined || before.minQuantity < step.minQuantity)) reached.set(step.list, step)
  }
  let best: ListPrice | undefined
  for (const step of reached.values()) if (best === undefined || goesBefore(step, best)) best = step
  return best === undefined ? { amountMinor: price.amountMinor, priceList: null } : { amountMinor: best.amountMinor, priceList: best.list }
}

function goesBefore(a: ListPrice, b: ListPrice): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  return a.amountMinor === b.amountMinor ? a.list < b.list : a.amountMinor < b.amountMinor
}

/** What one unit costs from each quantity on at which that changes, beginning with 1. */
export function priceSteps(priced: Priced): readonly (UnitPrice & { readonly minQuantity: number })[] {
  const quantities = [...new Set([1, ...priced.listPrices.map(({ minQuantity }) => minQuantity)])].sort((a, b) => a - b)
  const steps = quantities.map((minQuantity) => ({ minQuantity, ...unitPrice(priced, minQuantity) }))
  return steps.filter((step, index) => step.amountMinor !== steps[index - 1]?.amountMinor)
}
