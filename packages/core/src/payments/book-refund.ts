import type { Context } from '../context.ts'
import { storeCreditProvider } from '../credit/credit.ts'
import { CommerceError } from '../errors.ts'
import type { EventId, RefundId } from '../ids.ts'
import { sumMinor } from '../money/money.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Payment, Refund } from './payment.ts'
import type { ProviderRefund } from './payment-provider.ts'
import { refundEvent } from './payment-writer.ts'
import { applyProviderRefund, refundMadeElsewhere } from './refund-rules.ts'

/**
 * Writes what became of a refund, with its event, in the caller's transaction, which holds the order's lock. The order is left to `reckonOrder`.
 *
 * @param after - one version higher than the stored one.
 * @throws CONFLICT when somebody else saved first: the transaction must be given up.
 */
export async function saveRefund(context: Context, tx: StorageTransaction, after: Refund): Promise<EventId> {
  const event = refundEvent(context, tx.now, after)
  const [saved] = await Promise.all([tx.payments.saveRefund({ refund: after, expectedVersion: after.version - 1 }), tx.outbox.append([event])])
  if (saved === 'stale') throw new CommerceError('CONFLICT', { details: { object: 'refund' } })
  if (after.status === 'failed') context.logger.error({ refundId: after.id, orderId: after.orderId }, 'a refund has failed: its money is still here')
  return event.id
}

/**
 * Books a refund as its provider shows it: one of ours moves on, one that was made at the provider gets a record of its own, once. The transaction holds the
 * order's lock.
 *
 * @returns the event of the change; undefined when nothing was new.
 * @throws CONFLICT when the provider has it with another amount or currency than we do: nobody can book that.
 */
export async function bookProviderRefund(context: Context, tx: StorageTransaction, payment: Payment, observed: ProviderRefund): Promise<EventId | undefined> {
  const refunds = await tx.payments.refundsOfOrder({ orderId: payment.orderId })
  const ofPayment = refunds.filter(({ paymentId }) => paymentId === payment.id)
  const known = ofPayment.find(({ id, providerRefundId }) => id === observed.refundId || providerRefundId === observed.providerRefundId)
  const { amountMinor, currency } = observed.amount
  if (currency !== payment.currency || (known !== undefined && known.amountMinor !== amountMinor)) {
    throw new CommerceError('CONFLICT', { details: { object: 'refund' }, message: `refund ${observed.providerRefundId} is of another amount than is booked` })
  }
  if (known === undefined) {
    tellOfLoss(context, payment, ofPayment, observed)
    return insertMadeElsewhere(context, tx, payment, observed)
  }
  const after = applyProviderRefund(known, observed, tx.now)
  return after === known ? undefined : saveRefund(context, tx, after)
}

/** Money that has become store credit can still be returned at the provider, where nobody knows of that: the shop then gives it twice. */
function tellOfLoss(context: Context, payment: Payment, refunds: readonly Refund[], { providerRefundId, amount, status }: ProviderRefund): void {
  const standing = refunds.filter((refund) => refund.status !== 'failed')
  const convertedMinor = sumMinor(standing.filter(({ provider }) => provider === storeCreditProvider).map(({ amountMinor }) => amountMinor))
  const beyondMinor = sumMinor([...standing.map(({ amountMinor }) => amountMinor), amount.amountMinor]) - payment.capturedMinor
  const lostMinor = Math.min(convertedMinor, beyondMinor)
  if (status === 'failed' || lostMinor <= 0) return
  const { orderId, id: paymentId } = payment
  context.logger.error(
    { orderId, paymentId, providerRefundId, lostMinor },
    'money that had become store credit was returned at the provider too: take the credit back',
  )
}

async function insertMadeElsewhere(context: Context, tx: StorageTransaction, payment: Payment, observed: ProviderRefund): Promise<EventId | undefined> {
  const refund = refundMadeElsewhere(context.ids.next<RefundId>(), payment, observed, tx.now)
  if ((await tx.payments.insertRefund(refund)) === 'exists') return undefined
  const event = refundEvent(context, tx.now, refund)
  await tx.outbox.append([event])
  return event.id
}
