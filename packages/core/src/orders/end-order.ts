import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { lockCredit, releaseCredit } from '../credit/order-credit.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { lostBy, returnedBy } from '../payments/refund-rules.ts'
import { lockPromotions, releasePromotions } from '../promotions/redeem-promotions.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Order } from './order.ts'
import { advanceOrder } from './order-rules.ts'
import { saveOrder } from './order-writer.ts'

interface EndOrderParams {
  readonly event: 'cancel' | 'expire'
  readonly actor: ActorRecord
  readonly reason: string | null
}

/**
 * Locks all that several orders give back when they end, for `endOrder` to be called for one after the other: stock, then promotions, then credit, as who buys does. One order
 * alone needs none of this.
 */
export async function lockHeld(tx: StorageTransaction, orders: readonly Order[]): Promise<void> {
  const reservationIds = orders.flatMap(({ reservationId }) => reservationId ?? [])
  if (reservationIds.length > 0) await tx.stock.lock({ reservationIds })
  await lockPromotions(tx, orders)
  await lockCredit(tx, orders)
}

/** Ends an order in the caller's transaction: gives its stock, its vouchers and its credit back and moves its states. What becomes of the money of its payments is the caller's to decide. */
export async function endOrder(context: Context, tx: StorageTransaction, order: Order, { event, actor, reason }: EndOrderParams): Promise<Order> {
  if (order.reservationId !== null) {
    const released = await tx.stock.release({ reservationId: order.reservationId })
    if (released.outcome === 'changed') await availabilityChanged(context, tx, released.changes)
  }
  await releasePromotions(tx, order)
  await releaseCredit(context, tx, order, actor)
  const waiting = order.paymentStatus === 'pending' || order.paymentStatus === 'authorised'
  const after = advanceOrder(order, { status: event, ...(waiting ? { payment: 'void' } : await creditStep(tx, order)) }, tx.now)
  await saveOrder(context, tx, after, { change: event === 'cancel' ? 'cancelled' : 'expired', actor, note: reason })
  return after
}

/** Of an order that credit has paid, in whole or all but what was returned before: with the credit, everything has gone back. */
async function creditStep(tx: StorageTransaction, { id: orderId, creditMinor, paymentStatus }: Order): Promise<{ readonly payment?: 'refund_rest' }> {
  if (creditMinor === 0 || (paymentStatus !== 'paid' && paymentStatus !== 'partially_refunded')) return {}
  const [payments, refunds, disputes] = await Promise.all([
    tx.payments.ofOrder({ orderId }),
    tx.payments.refundsOfOrder({ orderId }),
    tx.payments.disputesOfOrder({ orderId }),
  ])
  const keptMinor = payments.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0) - returnedBy(refunds) - lostBy(disputes)
  return keptMinor <= 0 ? { payment: 'refund_rest' } : {}
}
