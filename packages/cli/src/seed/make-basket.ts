import { sampleBasketSize, samplePopularity, sampleUnits } from '../load-shapes/load-shapes.ts'
import { sampleBuyer } from '../load-shapes/sample-buyer.ts'
import { type Buyer, makeCustomer, makeGuest } from './make-customer.ts'
import { makeProduct, type SellableVariant } from './make-product.ts'
import type { SeedPlan } from './seed-plan.ts'
import { minorFromCents } from './seed-prices.ts'
import type { SeededSource } from './seeded-source.ts'

export interface BasketLine {
  readonly sku: string
  readonly quantity: number
}

export interface MadeBasket {
  readonly buyer: Buyer
  readonly lines: readonly BasketLine[]
  readonly shippingMethod: 'standard' | 'express'
}

/** No cart of the shop may have more lines. */
const maxLines = 200
/** Nearly all lines have fewer units; the wholesale lots beyond would empty the shelves. */
const maxUnits = 100
/** About what one line of a measured order costs at most: many units are of cheap things, and nobody buys two dozen lamps. */
const lineBudgetCents = 3_000
/** How often another product is drawn for one that is not on sale. */
const maxDraws = 50

/** Who places the order of this index, and what is in it. */
export function makeOrderBasket(plan: SeedPlan, order: number): MadeBasket {
  const source = plan.source('basket', order)
  const { shapes, customers } = plan.parameters
  const buyer = source.chance(shapes.guestShare) ? makeGuest(plan, order) : makeCustomer(plan, sampleBuyer(shapes, source.unit, customers))
  const size = sampleBasketSize(shapes, source.unit, maxLines)
  return { buyer, shippingMethod: source.chance(0.12) ? 'express' : 'standard', lines: makeLines(plan, source, size) }
}

/** A cart that is left behind about the time of the order of this index. */
export function makeLeftCart(plan: SeedPlan, order: number): Pick<MadeBasket, 'buyer' | 'lines'> {
  const source = plan.source('left cart', order)
  const { shapes, customers } = plan.parameters
  return { buyer: makeCustomer(plan, sampleBuyer(shapes, source.unit, customers)), lines: makeLines(plan, source, source.integer(1, 5)) }
}

function makeLines(plan: SeedPlan, source: SeededSource, count: number): readonly BasketLine[] {
  const { shapes, currency } = plan.parameters
  const quantities = new Map<string, number>()
  for (let line = 0; line < count; line += 1) {
    const { sku, priceMinor } = drawVariant(plan, source)
    const affordable = Math.max(1, Math.floor(minorFromCents(lineBudgetCents, currency) / priceMinor))
    quantities.set(sku, Math.min(maxUnits, (quantities.get(sku) ?? 0) + sampleUnits(shapes, source.unit, Math.min(maxUnits, affordable))))
  }
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }))
}

/** A variant on sale, the popular ones more often. */
function drawVariant(plan: SeedPlan, source: SeededSource): SellableVariant {
  const { shapes, products } = plan.parameters
  for (let draw = 0; draw < maxDraws; draw += 1) {
    const { sellable } = makeProduct(plan, plan.productAt(samplePopularity(shapes, source.unit, products)))
    if (sellable.length > 0) return source.pick(sellable)
  }
  return makeProduct(plan, plan.productAt(0)).sellable[0] as SellableVariant
}
