import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { storeCreditProvider } from '../credit/credit.ts'
import { CommerceError } from '../errors.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { EventId, RefundId } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Payment, PaymentHistoryEntry, Refund } from './payment.ts'
import { isToGoBack, refundableMinor, wholeRefundPrefix } from './refund-rules.ts'

/** The event and the history entry that go with a payment's new version. */
export function recordPaymentChange(
  context: Pick<Context, 'ids'>,
  now: Date,
  payment: Payment,
  actor: ActorRecord,
): { event: DomainEvent; history: PaymentHistoryEntry } {
  const event = makeEvent(
    context,
    now,
    'payment.changed',
    { aggregateType: 'payment', aggregateId: payment.id, aggregateVersion: payment.version },
    { paymentId: payment.id, orderId: payment.orderId, status: payment.status },
  )
  return { event, history: { paymentId: payment.id, version: payment.version, status: payment.status, eventId: event.id, actor, at: now } }
}

/** Saves a payment's new version with its history entry and its event. @returns the event's id. @throws CONFLICT when somebody else saved first: the transaction must be given up. */
export async function savePayment(context: Context, tx: StorageTransaction, payment: Payment, actor: ActorRecord): Promise<EventId> {
  const { event, history } = recordPaymentChange(context, tx.now, payment, actor)
  const [saved] = await Promise.all([tx.payments.save({ payment, expectedVersion: payment.version - 1, history }), tx.outbox.append([event])])
  if (saved === 'stale') throw new CommerceError('CONFLICT', { details: { object: 'payment' } })
  return event.id
}

export function refundEvent(context: Pick<Context, 'ids'>, now: Date, refund: Refund): DomainEvent {
  const { id, paymentId, orderId, status, amountMinor, currency, version } = refund
  return makeEvent(
    context,
    now,
    'refund.changed',
    { aggregateType: 'refund', aggregateId: id, aggregateVersion: version },
    { refundId: id, paymentId, orderId, status, amountMinor, currency },
  )
}

/** So often has a payment's refund failed when it is left to staff. */
const maxRefusals = 20

/**
 * Queues the return of all captured money of a payment that has not gone back yet, or is not on its way, and is not disputed; the worker sends it. Repeating it
 * queues no more. What is disputed is asked for by `reckonOrder` once the shop has won it; where all of it is, a refund that has failed says that it has to go back then.
 *
 * @param obstacle - names what made an earlier refund fail, or keep less than all, and is over: for each, all that is left is asked for once more.
 * @returns the refund, or undefined when it was queued before or there is nothing to return.
 */
export async function queueFullRefund(
  context: Context,
  tx: StorageTransaction,
  payment: Payment,
  reason: string,
  obstacle?: string,
): Promise<Refund | undefined> {
  if (payment.capturedMinor === 0) return undefined
  const { orderId } = payment
  const [refunds, disputes] = await Promise.all([tx.payments.refundsOfOrder({ orderId }), tx.payments.disputesOfOrder({ orderId })])
  const amountMinor = refundableMinor(payment, refunds, disputes)
  const firstKey = `${wholeRefundPrefix}${payment.id}`
  if (amountMinor === 0) {
    const lost = disputes.filter(({ status }) => status === 'lost')
    const heldMinor = isToGoBack(payment, refunds) ? 0 : refundableMinor(payment, refunds, lost)
    const held = { amountMinor: heldMinor, reason, idempotencyKey: firstKey, orderRefundId: null }
    if (heldMinor > 0) await insertRefund(context, tx, payment, { ...held, provider: payment.provider, status: 'failed' })
    return undefined
  }
  const failedBefore = refunds.filter(({ paymentId, status }) => paymentId === payment.id && status === 'failed').length
  if (failedBefore >= maxRefusals) return undefined
  // A provider repeats the failure of a key that has failed.
  const which = obstacle !== undefined ? `:after:${obstacle}` : failedBefore === 0 ? '' : `:${failedBefore + 1}`
  return queueRefund(context, tx, payment, { amountMinor, reason, idempotencyKey: `${firstKey}${which}`, orderRefundId: null })
}

/**
 * Queues a refund of one payment, with its event; the worker sends it.
 *
 * @param idempotencyKey - of this refund among those of the payment, and at the provider.
 * @returns undefined when it was queued before.
 * @throws CONFLICT when the payment has not so much left: it was decided by what has changed since
 */
export async function queueRefund(
  context: Context,
  tx: StorageTransaction,
  payment: Payment,
  terms: Pick<Refund, 'amountMinor' | 'reason' | 'idempotencyKey' | 'orderRefundId'>,
): Promise<Refund | undefined> {
  return insertRefund(context, tx, payment, { ...terms, provider: payment.provider, status: 'pending' })
}

/**
 * Books that money of a payment is no longer the order's, since it has become store credit. It stays with the shop: nothing is sent.
 *
 * @throws CONFLICT when the payment has not so much left
 */
export async function bookConverted(
  context: Context,
  tx: StorageTransaction,
  payment: Payment,
  terms: Pick<Refund, 'amountMinor' | 'reason' | 'idempotencyKey' | 'orderRefundId'>,
): Promise<void> {
  await insertRefund(context, tx, payment, { ...terms, provider: storeCreditProvider, status: 'succeeded' })
}

async function insertRefund(
  context: Context,
  tx: StorageTransaction,
  payment: Payment,
  terms: Pick<Refund, 'amountMinor' | 'reason' | 'idempotencyKey' | 'orderRefundId' | 'provider' | 'status'>,
): Promise<Refund | undefined> {
  const refund: Refund = {
    ...terms,
    id: context.ids.next<RefundId>(),
    paymentId: payment.id,
    orderId: payment.orderId,
    providerRefundId: null,
    currency: payment.currency,
    nextAttemptAt: terms.status === 'pending' ? tx.now : null,
    attempts: 0,
    createdAt: tx.now,
    updatedAt: tx.now,
    version: 1,
  }
  const queued = await (terms.status === 'failed' ? tx.payments.insertRefund(refund) : tx.payments.queueRefund(refund))
  if (queued === 'exceeds') throw new CommerceError('CONFLICT', { details: { object: 'refund' } })
  if (queued === 'exists') return undefined
  await tx.outbox.append([refundEvent(context, tx.now, refund)])
  return refund
}
