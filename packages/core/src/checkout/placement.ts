import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { Order } from '../orders/order.ts'
import { type OrderView, viewOrder } from '../orders/order-view.ts'
import type { Payment } from '../payments/payment.ts'
import type { NextAction } from '../payments/payment-provider.ts'
import type { PlacedRecord } from '../payments/run-payment.ts'

/** The answer to `place` and `resume`. */
export type Placed =
  /** Paid, or authorised, or free: it is a sale. */
  | { readonly outcome: 'confirmed'; readonly order: OrderView }
  /** The provider has not said yet; the worker goes on asking, and the order tells. */
  | { readonly outcome: 'pending'; readonly order: OrderView }
  /** The buyer must act; afterwards call `resume` without a payment. */
  | { readonly outcome: 'requires_action'; readonly order: OrderView; readonly action: NextAction }
  /** This way of paying was refused; the order and its stock wait for another: call `resume` with one. */
  | { readonly outcome: 'declined'; readonly order: OrderView; readonly decline: { readonly code: string; readonly buyerMessage: string } }

const plainDecline = 'The payment was declined. Please try another card or another way to pay.'

/**
 * What to tell the buyer, from the states alone, so that a repeated call and the first one can never disagree.
 *
 * @throws ORDER_CLOSED when the order ended meanwhile; money that came for it goes back.
 */
export function placement(order: Order, payment: Payment | null, decline: PlacedRecord['decline']): Placed {
  const view = viewOrder(order)
  if (order.status === 'confirmed') return { outcome: 'confirmed', order: view }
  if (payment !== null && (payment.status === 'failed' || (payment.status === 'cancelled' && order.status === 'pending'))) {
    return { outcome: 'declined', order: view, decline: decline ?? { code: payment.declineCode ?? payment.status, buyerMessage: plainDecline } }
  }
  if (order.status !== 'pending') throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
  if (payment?.status === 'requires_action' && payment.action !== null) return { outcome: 'requires_action', order: view, action: payment.action }
  return { outcome: 'pending', order: view }
}

/** The answer a key's record stands for now. */
export async function replayPlacement(context: Context, record: PlacedRecord): Promise<Placed> {
  const { order, payment } = await loadPlacement(context, record)
  return placement(order, payment, record.decline)
}

export async function loadPlacement(context: Context, record: PlacedRecord): Promise<{ order: Order; payment: Payment | null }> {
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const order = await snapshot.orders.find({ key: { id: record.orderId }, owner: { type: 'any' } })
      const payment = record.paymentId === null ? null : await snapshot.payments.find({ paymentId: record.paymentId })
      if (order === undefined || payment === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
      return { order, payment }
    },
    { fresh: true },
  )
}
