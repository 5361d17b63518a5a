import { isBuyable, type Sellable } from '../catalog/product.ts'
import type { LineProblem } from '../errors.ts'
import { available } from '../inventory/stock.ts'
import { multiplyMinor, sumMinor } from '../money/money.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import type { Cart, CartLine, CartView, PricedCartLine } from './cart.ts'

/** What carts are read with; a transaction has it too. */
export type CartReading = Pick<StorageSnapshot, 'now'> & {
  readonly catalog: Pick<StorageSnapshot['catalog'], 'sellables'>
  readonly stock: Pick<StorageSnapshot['stock'], 'levels' | 'listLocations'>
}

/** The cart as its buyer may see it: priced now, with what is wrong with each line. */
export async function readCartView(reading: CartReading, cart: Cart): Promise<CartView> {
  const sellables = await readSellables(reading, cart)
  const limited = [...sellables.values()].filter(isLimited).map(({ sku }) => sku)
  return cartView(cart, reading.now, sellables, await readAvailable(reading, limited))
}

async function readSellables(reading: CartReading, { lines, currency }: Cart): Promise<ReadonlyMap<string, Sellable>> {
  if (lines.length === 0) return new Map()
  const sellables = await reading.catalog.sellables({ skus: lines.map(({ sku }) => sku), currency })
  return new Map(sellables.map((sellable) => [sellable.sku, sellable]))
}

/** Units nobody has been promised, summed over the active locations. A SKU without stock is not in the map. */
async function readAvailable(reading: CartReading, skus: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>()
  if (skus.length === 0) return units
  const active = new Set((await reading.stock.listLocations()).filter((location) => location.active).map(({ id }) => id))
  for (const level of await reading.stock.levels({ skus })) {
    if (active.has(level.locationId)) units.set(level.sku, (units.get(level.sku) ?? 0) + available(level))
  }
  return units
}

/** Whether its stock limits how many units can be sold. */
function isLimited(sellable: Sellable): boolean {
  return sellable.stockTracked && sellable.backorder === 'deny'
}

function cartView(cart: Cart, now: Date, sellables: ReadonlyMap<string, Sellable>, units: ReadonlyMap<string, number>): CartView {
  const lines = cart.lines.map((line) => pricedLine(line, sellables.get(line.sku), units.get(line.sku) ?? 0))
  return {
    id: cart.id,
    customerId: cart.customerId,
    currency: cart.currency,
    status: cart.status === 'active' && cart.expiresAt <= now ? 'expired' : cart.status,
    version: cart.version,
    lines,
    subtotalMinor: sumMinor(lines.map(({ totalMinor }) => totalMinor ?? 0)),
    expiresAt: cart.expiresAt,
  }
}

function pricedLine(line: CartLine, sellable: Sellable | undefined, units: number): PricedCartLine {
  const unitMinor = isBuyable(sellable) ? sellable.price.amountMinor : null
  return {
    sku: line.sku,
    quantity: line.quantity,
    title: sellable?.title ?? line.sku,
    options: sellable?.options ?? {},
    imageUrl: sellable?.imageUrl ?? null,
    unitMinor,
    totalMinor: unitMinor === null ? null : multiplyMinor(unitMinor, line.quantity),
    problems: lineProblems(line, sellable, units),
  }
}

function lineProblems({ sku, quantity, seenUnitMinor }: CartLine, sellable: Sellable | undefined, units: number): readonly LineProblem[] {
  if (!isBuyable(sellable)) return [{ type: 'unavailable', sku }]
  const problems: LineProblem[] = []
  if (isLimited(sellable) && units < quantity) problems.push({ type: 'insufficient', sku, requested: quantity, available: units })
  const { amountMinor } = sellable.price
  if (seenUnitMinor !== null && seenUnitMinor !== amountMinor) problems.push({ type: 'price_changed', sku, fromMinor: seenUnitMinor, toMinor: amountMinor })
  return problems
}
