import { type Actor, actorRecord, ownerFilter } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { checkPayment } from '../payments/check-payment.ts'
import { sendRefund } from '../payments/send-refund.ts'
import { closeOrder } from './close-order.ts'
import type { Order } from './order.ts'
import { type OrderView, viewOrder } from './order-view.ts'

/** Cancels an order for whoever owns it, with what was added to it and not sent, and tries at once to return its money; what fails stays queued for the worker. */
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
  if (closed.status === 'pending') throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId } })
  await returnMoney(context, closed)
  for (const addition of await cancelledWith(context, closed)) await returnMoney(context, addition)
  const order = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.orders.find({ key: { id: orderId }, owner }), { fresh: true })
  return viewOrder(order ?? closed)
}

/** What was added to an order, and is cancelled as it is. */
async function cancelledWith({ storage, clock }: Context, { id }: Order): Promise<readonly Order[]> {
  const additions = await storage.snapshot(clock.now(), ({ orders }) => orders.additions({ orderIds: [id] }), { fresh: true })
  return additions.filter(({ status }) => status === 'cancelled')
}

/** Lets authorised money go and sends queued refunds. */
async function returnMoney(context: Context, order: Order): Promise<void> {
  const { payments, refunds } = await context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => ({
      payments: await snapshot.payments.ofOrder({ orderId: order.id }),
      refunds: await snapshot.payments.refundsOfOrder({ orderId: order.id }),
    }),
    { fresh: true },
  )
  for (const payment of payments.filter(({ status }) => status === 'authorised')) {
    await checkPayment(context, payment, order).catch((error: unknown) => {
      context.logger.warn({ paymentId: payment.id, error }, 'an authorisation could not be let go yet')
    })
  }
  for (const refund of refunds.filter(({ status }) => status === 'pending')) await sendRefund(context, refund)
}
