import { CommerceError } from '../errors.ts'
import { multiplyMinor, partsMinor, sumMinor } from '../money/money.ts'
import type { QuoteLine } from '../pricing/quote.ts'
import type { ShippingRate } from '../pricing/shipping-rates.ts'
import type { Order } from './order.ts'
import { requireAddressOfItsOwn, requireAddressOpen } from './order-edit-rules.ts'

/** Goods as shipping rates look at them. */
type Goods = Pick<QuoteLine, 'sku' | 'quantity' | 'totalMinor' | 'discountMinor'>

/**
 * An order is added to as long as its address could be changed: while every parcel is still to be packed. What is added is no order of its own to be added to.
 *
 * @throws ORDER_CLOSED, with what stands in the way as its status
 */
export function requireOpenForMore(order: Order): void {
  requireAddressOpen(order)
  requireAddressOfItsOwn(order)
  const { id: orderId, paymentStatus: status } = order
  if (status === 'refunded') throw new CommerceError('ORDER_CLOSED', { details: { orderId, status } })
}

/** Additions to one order, those that are over among them: whatever looks at an order looks at all of them. */
export const maxAdditions = 20

/** @param additions - how many there are. @throws CART_LIMIT */
export function requireRoomForMore(additions: number): void {
  if (additions >= maxAdditions) throw new CommerceError('CART_LIMIT', { details: { limit: 'maxAdditions', max: maxAdditions } })
}

/** What these orders have together, without the units that were removed. */
export function goodsTogether(orders: readonly Order[]): readonly Goods[] {
  return mergedBySku(orders.flatMap(goodsOf))
}

function goodsOf({ lines }: Order): readonly Goods[] {
  return lines.flatMap(({ sku, quantity: sold, cancelledQuantity, unitMinor, discountMinor }): Goods[] => {
    const quantity = sold - cancelledQuantity
    if (quantity === 0) return []
    const left = partsMinor(discountMinor, sold, { from: cancelledQuantity, to: sold })
    return [{ sku, quantity, totalMinor: multiplyMinor(unitMinor, quantity), discountMinor: left }]
  })
}

/** One line a SKU, as a cart has them: what is asked for together must cost what it would in one order. */
export function mergedBySku(goods: readonly Goods[]): readonly Goods[] {
  const merged = new Map<string, Goods>()
  for (const { sku, quantity, totalMinor, discountMinor } of goods) {
    const sum = (part: 'quantity' | 'totalMinor' | 'discountMinor', more: number) => sumMinor([merged.get(sku)?.[part] ?? 0, more])
    merged.set(sku, { sku, quantity: sum('quantity', quantity), totalMinor: sum('totalMinor', totalMinor), discountMinor: sum('discountMinor', discountMinor) })
  }
  return [...merged.values()]
}

/**
 * What sending more costs: by the order's own method, what all of it costs today without what the order alone costs today.
 *
 * @param additions - what was added before and is paid
 * @param alone - the rates of the order and these; where its method is not offered any more, what was charged counts
 * @param together - the rates of everything
 * @throws SHIPPING_UNAVAILABLE when all of it cannot go by the order's method
 */
export function rateOfMore(order: Order, additions: readonly Order[], alone: readonly ShippingRate[], together: readonly ShippingRate[]): ShippingRate {
  const own = (rates: readonly ShippingRate[]) =>
    rates.find(({ method, pickup }) => method === order.shippingMethod && (pickup?.location ?? null) === order.pickupLocation)
  const rate = own(together)
  if (rate === undefined) {
    throw new CommerceError('SHIPPING_UNAVAILABLE', { details: { method: order.shippingMethod, available: together.map(({ method }) => method) } })
  }
  const aloneMinor = own(alone)?.amountMinor ?? sumMinor([order, ...additions].map(({ shippingMinor }) => shippingMinor))
  return { ...rate, amountMinor: Math.max(0, rate.amountMinor - aloneMinor) }
}
