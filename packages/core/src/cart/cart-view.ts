import { isBuyable, type Sellable } from '../catalog/product.ts'
import type { LineProblem } from '../errors.ts'
import { available } from '../inventory/stock.ts'
import { multiplyMinor, sumMinor } from '../money/money.ts'
import { unitPrice } from '../pricing/list-price.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import type { Cart, CartLine, CartView, PricedCartLine } from './cart.ts'

/** What carts are priced with; a transaction has it too. */
export interface CartReading {
  readonly catalog: Pick<StorageSnapshot['catalog'], 'sellables'>
  readonly stock: Pick<StorageSnapshot['stock'], 'supply'>
}

/** Whose cart it is, and in what money. */
type CartOfBuyer = Pick<Cart, 'currency' | 'customerId'>

/** What is known of some SKUs now. One that does not exist, or has no stock, is in neither map. */
export interface Goods {
  readonly sellables: ReadonlyMap<string, Sellable>
  /** Units nobody has been promised, summed over the active locations. */
  readonly units: ReadonlyMap<string, number>
}

/** Reads what carts like this one with these SKUs are priced by, in one round trip. */
export async function readGoods({ catalog, stock }: CartReading, { currency, customerId }: CartOfBuyer, skus: readonly string[]): Promise<Goods> {
  if (skus.length === 0) return { sellables: new Map(), units: new Map() }
  const [sellables, { levels, priority }] = await Promise.all([catalog.sellables({ skus, currency, customerId }), stock.supply({ skus })])
  const active = new Set(priority)
  const units = new Map<string, number>()
  for (const level of levels) if (active.has(level.locationId)) units.set(level.sku, (units.get(level.sku) ?? 0) + available(level))
  return { sellables: new Map(sellables.map((sellable) => [sellable.sku, sellable])), units }
}

/** The cart with what these SKUs cost now, at the quantities that it has come to, as the price that its buyer has seen. */
export function withSeenPrices(cart: Cart, skus: readonly string[], { sellables }: Goods): Cart {
  const lines = cart.lines.map((line) => {
    const sellable = sellables.get(line.sku)
    return skus.includes(line.sku) && isBuyable(sellable) ? { ...line, seenUnitMinor: unitPrice(sellable, line.quantity).amountMinor } : line
  })
  return { ...cart, lines }
}

/** Whether its stock limits how many units can be sold. */
function isLimited(sellable: Sellable): boolean {
  return sellable.stockTracked && sellable.backorder === 'deny'
}

/** The cart as its buyer may see it: priced now, with what is wrong with each line. */
export function cartView(cart: Cart, now: Date, { sellables, units }: Goods, staleSince: Date | null = null): CartView {
  const lines = cart.lines.map((line) => pricedLine(line, sellables.get(line.sku), units.get(line.sku) ?? 0))
  return {
    id: cart.id,
    customerId: cart.customerId,
    currency: cart.currency,
    status: cart.status === 'active' && cart.expiresAt <= now ? 'expired' : cart.status,
    version: cart.version,
    lines,
    vouchers: cart.vouchers ?? [],
    subtotalMinor: sumMinor(lines.map(({ totalMinor }) => totalMinor ?? 0)),
    expiresAt: cart.expiresAt,
    staleSince,
  }
}

function pricedLine(line: CartLine, sellable: Sellable | undefined, units: number): PricedCartLine {
  const price = isBuyable(sellable) ? unitPrice(sellable, line.quantity) : undefined
  const unitMinor = price?.amountMinor ?? null
  return {
    sku: line.sku,
    quantity: line.quantity,
    title: sellable?.title ?? line.sku,
    options: sellable?.options ?? {},
    imageUrl: sellable?.imageUrl ?? null,
    unitMinor,
    priceList: price?.priceList ?? null,
    regularMinor: isBuyable(sellable) ? sellable.price.amountMinor : null,
    totalMinor: unitMinor === null ? null : multiplyMinor(unitMinor, line.quantity),
    problems: lineProblems(line, sellable, units),
  }
}

function lineProblems({ sku, quantity, seenUnitMinor }: CartLine, sellable: Sellable | undefined, units: number): readonly LineProblem[] {
  if (!isBuyable(sellable)) return [{ type: 'unavailable', sku }]
  const problems: LineProblem[] = []
  if (isLimited(sellable) && units < quantity) problems.push({ type: 'insufficient', sku, requested: quantity, available: units })
  const { amountMinor } = unitPrice(sellable, quantity)
  if (seenUnitMinor !== null && seenUnitMinor !== amountMinor) problems.push({ type: 'price_changed', sku, fromMinor: seenUnitMinor, toMinor: amountMinor })
  return problems
}
