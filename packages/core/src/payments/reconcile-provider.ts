import type { Context } from '../context.ts'
import { receivedEvent } from '../inbox/inbox-event.ts'
import type { ProviderList } from '../inbox/inbox-store.ts'
import { believable } from '../inbox/read-subject.ts'
import { isOfOtherMode, recordEvent } from '../inbox/receive-webhook.ts'
import { databaseNow } from '../storage/database-now.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { differencesOf } from './compare-payment.ts'
import { type Following, followListing, type Listing } from './follow-listing.ts'
import type { PaymentProvider, ProviderEvent, ProviderPayment } from './payment-provider.ts'

/** What one turn of the reconciler is about: one list of one provider. */
export interface ReconcilerRow {
  readonly provider: PaymentProvider
  readonly list: ProviderList
}

/** The lists of all configured providers. */
export function reconcilerRows(context: Pick<Context, 'providers'>): readonly ReconcilerRow[] {
  return [...context.providers.values()].flatMap((provider) => [
    { provider, list: 'events' as const },
    { provider, list: 'payments' as const },
  ])
}

/**
 * Reads on in one list: events go into the inbox as if they had been sent, and payments whose money is not what we have booked are put there to be read again.
 * `onNew` is told how many of either.
 *
 * @throws PROVIDER_UNAVAILABLE
 */
export function readOn(context: Context, { provider, list }: ReconcilerRow, following: Following): Promise<void> {
  return list === 'events'
    ? followListing(context, eventListing(context, provider), following)
    : followListing(context, paymentListing(context, provider), following)
}

function eventListing(context: Context, provider: PaymentProvider): Listing<ProviderEvent> {
  return {
    provider,
    list: 'events',
    read: (params) => provider.listEvents(params),
    take: async (events) => ({ done: await recordListed(context, provider, events), upTo: events.at(-1)?.createdAt }),
  }
}

/** Keeps what a provider has listed, those of its mode, in one transaction. @returns how many there were not before. */
export function recordListed(context: Context, provider: PaymentProvider, events: readonly ProviderEvent[]): Promise<number> {
  const ofMode = events.filter((event) => !isOfOtherMode(provider, event))
  return context.storage.transaction(context.clock.now(), (tx) => tx.inbox.recordAll(ofMode.map((event) => receivedEvent(provider.name, event, null, tx.now))))
}

/** Payments are compared once the grace of the audit has passed: what happens to them later is told by their events. */
function paymentListing(context: Context, provider: PaymentProvider): Listing<ProviderPayment> {
  return {
    provider,
    list: 'payments',
    read: (params) => provider.listPayments(params),
    take: async (payments) => {
      const now = await databaseNow(context)
      const settledBefore = addMs(now, -context.timing.auditGraceMs)
      const settled = payments.filter(({ createdAt }) => createdAt <= settledBefore)
      const ofShop = settled.filter((theirs) => !isForeign(provider, theirs))
      let queued = 0
      for (const { theirs } of await differencesOf(context, provider, ofShop, settledBefore)) {
        if ((await queueLook(context, provider, theirs)) === 'queued') queued += 1
      }
      return { done: queued, upTo: settled.at(-1)?.createdAt, ends: settled.length < payments.length }
    },
  }
}

/** True for a payment of the other mode, and for one that carries no id of ours: somebody else uses the account. */
export function isForeign(provider: PaymentProvider, theirs: ProviderPayment): boolean {
  return isOfOtherMode(provider, theirs) || believable(theirs).paymentId === null
}

/**
 * Puts a payment into the inbox as an event of our own, once for each state of its money, so that the worker reads it anew and books what it can.
 *
 * @param anew - whether one that was acted on before is acted on again.
 * @returns `known` for one that waits already, or has come to nothing.
 */
export async function queueLook(context: Context, provider: PaymentProvider, theirs: ProviderPayment, anew = false): Promise<'queued' | 'known'> {
  return context.storage.transaction(context.clock.now(), async (tx) => {
    const event = differenceEvent(theirs)
    if ((await recordEvent(tx, provider.name, event, null)) === 'recorded') return 'queued'
    return anew && (await replayed(tx, provider.name, event)) ? 'queued' : 'known'
  })
}

async function replayed(tx: StorageTransaction, provider: string, { eventId }: ProviderEvent): Promise<boolean> {
  return (await tx.inbox.replay({ provider, eventId })) === 'replayed'
}

function differenceEvent({ providerPaymentId, capturedMinor, capturableMinor, refundedMinor, live, createdAt }: ProviderPayment): ProviderEvent {
  return {
    eventId: `cartwright:${providerPaymentId}:${capturedMinor}.${capturableMinor}.${refundedMinor}`,
    type: 'cartwright.payment_differs',
    subject: { type: 'payment', id: providerPaymentId },
    providerPaymentId,
    live,
    createdAt,
  }
}
