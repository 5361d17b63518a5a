import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { makeEvent } from '../events/make-event.ts'
import type { DisputeId, EventId } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Dispute, Payment } from './payment.ts'
import type { ProviderDispute } from './payment-provider.ts'
import { applyProviderDispute } from './refund-rules.ts'

/** What was booked of a dispute. */
export interface BookedDispute {
  readonly eventId: EventId
  /** For the order's history, e.g. `dispute opened: fraudulent`. */
  readonly note: string
}

/**
 * Books a dispute as its provider shows it, in the caller's transaction, which holds the order's lock. The order is left to `reckonOrder`.
 *
 * @param seenVersion - of our record when the provider was asked, 0 without one: a dispute can be decided and decided anew, so an answer from before another
 * one that has been booked since is worth nothing.
 * @returns undefined when nothing was new.
 * @throws CONFLICT when it has moved since the provider was asked
 */
export async function bookDispute(
  context: Context,
  tx: StorageTransaction,
  payment: Payment,
  { theirs, seenVersion }: { readonly theirs: ProviderDispute; readonly seenVersion: number },
): Promise<BookedDispute | undefined> {
  const known = await tx.payments.findDispute({ provider: payment.provider, providerDisputeId: theirs.providerDisputeId })
  if ((known?.version ?? 0) !== seenVersion) throw new CommerceError('CONFLICT', { details: { object: 'dispute' } })
  const after = known === undefined ? newDispute(context.ids.next<DisputeId>(), payment, theirs, tx.now) : applyProviderDispute(known, theirs, tx.now)
  if (after === known) return undefined
  const written =
    known === undefined ? await tx.payments.insertDispute(after) : await tx.payments.saveDispute({ dispute: after, expectedVersion: known.version })
  if (written === 'exists' || written === 'stale') throw new CommerceError('CONFLICT', { details: { object: 'dispute' } })
  const { id, status, amountMinor, currency } = after
  const event = makeEvent(
    context,
    tx.now,
    'dispute.changed',
    { aggregateType: 'dispute', aggregateId: id, aggregateVersion: after.version },
    { disputeId: id, paymentId: payment.id, orderId: payment.orderId, status, amountMinor, currency },
  )
  await tx.outbox.append([event])
  return { eventId: event.id, note: noteOf(known, after) }
}

function noteOf(before: Dispute | undefined, after: Dispute): string {
  if (before?.status === after.status) return 'dispute updated'
  return after.status === 'open' ? `dispute opened: ${after.reason}` : `dispute ${after.status}`
}

function newDispute(id: DisputeId, payment: Payment, theirs: ProviderDispute, now: Date): Dispute {
  return {
    id,
    paymentId: payment.id,
    orderId: payment.orderId,
    provider: payment.provider,
    providerDisputeId: theirs.providerDisputeId,
    status: theirs.status,
    amountMinor: theirs.amount.amountMinor,
    currency: theirs.amount.currency,
    reason: theirs.reason,
    evidenceDueBy: theirs.evidenceDueBy,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}
