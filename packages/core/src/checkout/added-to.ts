import { type Actor, ownerFilter } from '../actor.ts'
import type { Sellable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { goodsTogether, mergedBySku, rateOfMore, requireOpenForMore, requireRoomForMore } from '../orders/addition-rules.ts'
import type { Order } from '../orders/order.ts'
import type { ShippingRate } from '../pricing/shipping-rates.ts'
import type { TaxCustomer } from '../pricing/tax-calculator.ts'
import { type Parcel, shippingOptions } from './shipping-options.ts'

/** The order that a quote adds to, as it stands. */
export interface AddedTo {
  readonly order: Order
  /** Those that are paid: what may still be called off must not make others cheaper to send. */
  readonly additions: readonly Order[]
  /** Of what both have, by SKU: what it weighs. */
  readonly sellables: ReadonlyMap<string, Sellable>
  readonly now: Date
}

/** @throws NOT_FOUND, ORDER_CLOSED, CART_LIMIT */
export async function readAddedTo({ storage, clock }: Context, actor: Actor, orderId: OrderId): Promise<AddedTo> {
  return storage.snapshot(
    clock.now(),
    async (snapshot) => {
      const order = await snapshot.orders.find({ key: { id: orderId }, owner: ownerFilter(actor) })
      if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
      requireOpenForMore(order)
      const all = await snapshot.orders.additions({ orderIds: [order.id] })
      requireRoomForMore(all.length)
      const additions = all.filter(({ status }) => status === 'confirmed')
      const skus = [...new Set([order, ...additions].flatMap(({ lines }) => lines.map(({ sku }) => sku)))]
      const rows = await snapshot.catalog.sellables({ skus, currency: order.currency, customerId: order.customerId })
      return { order, additions, sellables: new Map(rows.map((row) => [row.sku, row])), now: snapshot.now }
    },
    { fresh: true },
  )
}

/**
 * What sending the lines with their order costs more than the order alone.
 *
 * @throws SHIPPING_UNAVAILABLE, DEPENDENCY_UNAVAILABLE, ANSWER_INVALID
 */
export async function rateOfAddition(
  context: Context,
  { order, additions, sellables }: AddedTo,
  added: Omit<Parcel, 'currency'>,
  customer: TaxCustomer,
): Promise<ShippingRate> {
  // Where buyers can fetch goods without an address, that is how this order was quoted.
  const address = order.pickupLocation === null || context.shipping.pickups === undefined ? order.shippingAddress : undefined
  const goods = goodsTogether([order, ...additions])
  const parcel = { currency: order.currency, sellables: new Map([...sellables, ...added.sellables]), now: added.now }
  const [alone = [], together = []] = await Promise.all(
    [goods, mergedBySku([...goods, ...added.lines])].map((lines) => shippingOptions(context, { ...parcel, lines }, address, customer)),
  )
  return rateOfMore(order, additions, alone, together)
}
