import { type Actor, actorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { IdempotencyKeyId } from '../idempotency/idempotency-store.ts'
import { claimedOrThrow, fingerprint } from '../idempotency/run-idempotent.ts'
import type { OrderId } from '../ids.ts'
import { dueMinor } from '../orders/order.ts'
import { advanceOrder } from '../orders/order-rules.ts'
import { saveOrder } from '../orders/order-writer.ts'
import { requireChargeableBy, requireProvider } from '../payments/call-provider.ts'
import type { Payment } from '../payments/payment.ts'
import { recordPaymentChange } from '../payments/payment-writer.ts'
import type { PlacedRecord } from '../payments/run-payment.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import type { PaymentChoice } from './checkout-input.ts'
import { newPayment } from './new-order.ts'
import type { PrepareResult } from './prepare-order.ts'

interface Attempt {
  readonly orderId: OrderId
  readonly choice: PaymentChoice
  readonly key: IdempotencyKeyId
  readonly actor: Actor
}

/** Writes another attempt for a pending order whose earlier ones are dead. */
export async function newAttempt(
  context: Context,
  tx: StorageTransaction,
  { orderId, choice, key, actor }: Attempt,
): Promise<PrepareResult & { outcome: 'prepared' | 'repeated' }> {
  const claim = await tx.idempotency.claim({
    ...key,
    fingerprint: fingerprint({ orderId, choice }),
    lockedUntil: addMs(tx.now, context.timing.lockMs),
    expiresAt: addMs(tx.now, context.timing.idempotencyTtlMs),
  })
  if (claim.outcome === 'finished') return { outcome: 'repeated', record: claim.record, fence: null }
  const { fence, takenOver } = claimedOrThrow(claim)
  if (takenOver !== null && takenOver.result !== null) return { outcome: 'repeated', record: takenOver, fence }

  const order = await tx.orders.lock({ orderId })
  if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  requireChargeableBy(requireProvider(context, choice.provider), { amountMinor: dueMinor(order), currency: order.currency })
  if (order.status !== 'pending' || (order.expiresAt !== null && order.expiresAt <= tx.now)) {
    throw new CommerceError('ORDER_CLOSED', { details: { orderId, status: order.status === 'pending' ? 'expired' : order.status } })
  }
  const earlier = await tx.payments.ofOrder({ orderId })
  if (earlier.some(({ status }) => status !== 'failed' && status !== 'cancelled')) throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId } })

  const payment: Payment = newPayment(context, tx.now, order, choice, key)
  const { event, history } = recordPaymentChange(context, tx.now, payment, actorRecord(actor))
  await tx.payments.insert({ payment, history })
  await tx.outbox.append([event])
  const after = order.paymentStatus === 'none' ? advanceOrder(order, { payment: 'start' }, tx.now) : order
  if (after !== order) await saveOrder(context, tx, after, { change: 'payment_updated', actor: actorRecord(actor) })
  const result: PlacedRecord = { orderId, paymentId: payment.id }
  await tx.idempotency.progress({ ...key, fence, step: 'prepared', result })
  return { outcome: 'prepared', order: after, payment, fence }
}
