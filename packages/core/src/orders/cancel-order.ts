import { type Actor, actorRecord, ownerFilter } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { checkPayment } from '../payments/check-payment.ts'
import type { Payment, Refund } from '../payments/payment.ts'
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
  for (const money of await moneyBehind(context, closed)) await returnMoney(context, money)
  const order = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.orders.find({ key: { id: orderId }, owner }), { fresh: true })
  return viewOrder(order ?? closed)
}

/** An order that is over, and what was paid for it and is on its way back. */
interface OrderMoney {
  readonly order: Order
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
}

/** Of a cancelled order, then of what was added to it and is cancelled as it is. */
function moneyBehind({ storage, clock }: Context, closed: Order): Promise<readonly OrderMoney[]> {
  return storage.snapshot(
    clock.now(),
    async ({ orders, payments }) => {
      const additions = (await orders.additions({ orderIds: [closed.id] })).filter(({ status }) => status === 'cancelled')
      return Promise.all(
        [closed, ...additions].map(async (order) => {
          const [paid, refunds] = await Promise.all([payments.ofOrder({ orderId: order.id }), payments.refundsOfOrder({ orderId: order.id })])
          return { order, payments: paid, refunds }
        }),
      )
    },
    { fresh: true },
  )
}

/** Lets authorised money go and sends queued refunds. */
async function returnMoney(context: Context, { order, payments, refunds }: OrderMoney): Promise<void> {
  for (const payment of payments.filter(({ status }) => status === 'authorised')) {
    await checkPayment(context, payment, order).catch((error: unknown) => {
      context.logger.warn({ paymentId: payment.id, error }, 'an authorisation could not be let go yet')
    })
  }
  for (const refund of refunds.filter(({ status }) => status === 'pending')) await sendRefund(context, refund)
}
