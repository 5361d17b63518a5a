import { isBuyable, type Sellable, type SellableComponent, unavailable } from '../catalog/product.ts'
import { isAhead } from '../catalog/sale-days.ts'
import type { LineProblem } from '../errors.ts'
import { available } from '../inventory/stock.ts'
import type { StockSupply } from '../inventory/stock-store.ts'

import { stockParts } from '../inventory/stock-units.ts'
import { multiplyMinor, sumMinor } from '../money/money.ts'
import { unitPrice } from '../pricing/list-price.ts'
import { expectedOfLine, stockTerms } from '../pricing/stock-terms.ts'

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
  const components = [...new Set(sellables.flatMap((sellable) => (sellable.components ?? []).map(({ sku }) => sku)))].filter((sku) => !skus.includes(sku))
  // Only bundles have goods that the cart does not name.
  const more = components.length === 0 ? [] : (await stock.supply({ skus: components })).levels
  const units = unitsOf({ levels: [...levels, ...more], priority })
  return { sellables: new Map(sellables.map((sellable) => [sellable.sku, sellable])), units }
}

/** Units nobody has been promised, summed over the active locations. */
export function unitsOf({ levels, priority }: StockSupply): Map<string, number> {
  const active = new Set(priority)
  const units = new Map<string, number>()
  for (const level of levels) if (active.has(level.locationId)) units.set(level.sku, (units.get(level.sku) ?? 0) + available(level))
  return units
}

/** The cart with what these SKUs cost now, at the quantities that it has come to, as the price that its buyer has seen. */
export function withSeenPrices(cart: Cart, skus: readonly string[], { sellables }: Goods): Cart {
  const lines = cart.lines.map((line) => {
    const sellable = sellables.get(line.sku)
    return skus.includes(line.sku) && isBuyable(sellable) ? { ...line, seenUnitMinor: unitPrice(sellable, line.quantity).amountMinor } : line
  })
  return { ...cart, lines }
}

type LimitedPart = Pick<SellableComponent, 'sku' | 'quantity' | 'stockTracked' | 'backorder'>

/** Units of a line that can be had of what earlier lines leave of `units`, from which these are then taken; undefined where nothing limits them. */
function takeUnits(line: CartLine, sellable: Sellable, units: Map<string, number>): number | undefined {
  const limiting = stockParts<LimitedPart>({ ...sellable, quantity: 1 }).filter(({ backorder }) => backorder === 'deny')
  const had = limiting.map(({ sku, quantity }) => Math.floor(Math.max(0, units.get(sku) ?? 0) / quantity))
  for (const { sku, quantity } of limiting) units.set(sku, (units.get(sku) ?? 0) - quantity * line.quantity)
  return limiting.length === 0 ? undefined : Math.min(...had)
}

/** The cart as its buyer may see it: priced now, with what is wrong with each line. */
export function cartView(cart: Cart, now: Date, { sellables, units }: Goods, staleSince: Date | null = null): CartView {
  const left = new Map(units)
  const lines = cart.lines.map((line) => pricedLine(line, sellables.get(line.sku), left, now))
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

/** A line priced now. What earlier lines leave of `units` limits it; what it needs is then taken from them. */
export function pricedLine(line: CartLine, sellable: Sellable | undefined, units: Map<string, number>, now: Date): PricedCartLine {
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
    ...(isBuyable(sellable) ? lineDays(line, sellable, units, now) : {}),
    problems: lineProblems(line, sellable, units),
  }
}

/** The days of a line. Takes its units that may be backordered from `left`. */
function lineDays({ sku, quantity }: CartLine, sellable: Sellable, left: Map<string, number>, now: Date): Pick<PricedCartLine, 'availableFrom' | 'expectedAt'> {
  const terms = stockTerms(sellable)
  const expectedAt = expectedOfLine({ sku, quantity, ...terms }, left, now)
  const { availableFrom } = terms
  return { ...(isAhead(availableFrom, now) ? { availableFrom } : {}), ...(expectedAt === undefined ? {} : { expectedAt }) }
}

function lineProblems(line: CartLine, sellable: Sellable | undefined, left: Map<string, number>): readonly LineProblem[] {
  const { sku, quantity, seenUnitMinor } = line
  if (!isBuyable(sellable)) return [unavailable(sku, sellable)]
  const problems: LineProblem[] = []
  const had = takeUnits(line, sellable, left)
  if (had !== undefined && had < quantity) problems.push({ type: 'insufficient', sku, requested: quantity, available: had })
  const { amountMinor } = unitPrice(sellable, quantity)
  if (seenUnitMinor !== null && seenUnitMinor !== amountMinor) problems.push({ type: 'price_changed', sku, fromMinor: seenUnitMinor, toMinor: amountMinor })
  return problems
}
