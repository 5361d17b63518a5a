import type { ActorRecord } from '../actor.ts'
import type { Cart } from '../cart/cart.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { Quote } from '../pricing/quote.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { requireOpenForMore, requireRoomForMore } from './addition-rules.ts'
import { isLive, type Order } from './order.ts'
import { advanceOrder } from './order-rules.ts'
import { saveOrder } from './order-writer.ts'

/** What was added to an order and is not over: it goes where the order goes. */
export async function liveAdditions({ orders }: Pick<StorageSnapshot, 'orders'>, { id }: Order): Promise<readonly Order[]> {
  return (await orders.additions({ orderIds: [id] })).filter(({ status }) => isLive(status))
}

/** The same under their locks, to be taken after the order's own and before any stock: then whoever settles one of them never waits in a circle. */
export async function lockAdditions(tx: StorageTransaction, order: Order): Promise<readonly Order[]> {
  const locked: Order[] = []
  for (const { id } of await liveAdditions(tx, order)) {
    const addition = await tx.orders.lock({ orderId: id })
    if (addition !== undefined && isLive(addition.status)) locked.push(addition)
  }
  return locked
}

/**
 * The order that a quote adds to, under its lock: until the transaction ends it is not cancelled, sent, sent elsewhere or claimed by anybody.
 *
 * @returns `stale` when it is not as it was quoted
 * @throws NOT_FOUND when it is not the cart's owner's any more, ORDER_CLOSED, CART_LIMIT
 */
export async function lockAddedTo(
  tx: StorageTransaction,
  { orderId, orderVersion }: NonNullable<Quote['addsTo']>,
  owner: Pick<Cart, 'customerId' | 'guestTokenHash'>,
): Promise<Order | 'stale'> {
  const order = await tx.orders.lock({ orderId })
  if (order === undefined || order.customerId !== owner.customerId || order.guestTokenHash !== owner.guestTokenHash) {
    throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  }
  requireOpenForMore(order)
  requireRoomForMore((await tx.orders.additions({ orderIds: [orderId] })).length)
  return order.version === orderVersion ? order : 'stale'
}

/** Notes on an order that another is adding to it, in the transaction that writes that one. @throws CONFLICT when it is not the version that was locked */
export async function noteAddition(context: Context, tx: StorageTransaction, order: Order, addition: Order, actor: ActorRecord): Promise<void> {
  await saveOrder(context, tx, advanceOrder(order, {}, tx.now), { change: 'added_to', actor, note: addition.number, additionId: addition.id })
}
