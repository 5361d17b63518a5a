import { type Actor, actorRecord, ownerFilter } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { sendRefund } from '../payments/send-refund.ts'
import { closeOrder } from './close-order.ts'
import { type OrderView, viewOrder } from './order-view.ts'

/** Cancels an order for whoever owns it, and tries at once to send the refunds that follow from it; what fails stays queued for the worker. */
export async function cancelOrder(
  context: Context,
  params: { readonly actor: Actor; readonly orderId: OrderId; readonly reason: string | null },
): Promise<OrderView> {
  const { actor, orderId, reason } = params
  const owner = ownerFilter(actor)
  const visible = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.orders.find({ key: { id: orderId }, owner }), { fresh: true })
  if (visible === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })

  const closed = await closeOrder(context, { orderId, event: 'cancel', confirmedToo: owner.type === 'any', actor: actorRecord(actor), reason })
  if (closed.status === 'confirmed') throw new CommerceError('ORDER_CLOSED', { details: { orderId, status: closed.status } })
  const refunds = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.payments.refundsOfOrder({ orderId }), { fresh: true })
  for (const refund of refunds.filter(({ status }) => status === 'pending')) await sendRefund(context, refund)
  const order = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.orders.find({ key: { id: orderId }, owner }), { fresh: true })
  return viewOrder(order ?? closed)
}
