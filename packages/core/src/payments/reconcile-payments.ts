import type { Context } from '../context.ts'
import type { PaymentId } from '../ids.ts'
import { allPages } from '../pages.ts'
import { databaseNow } from '../storage/database-now.ts'
import { addMs } from '../time.ts'
import { lookUpAtProvider, requireProvider } from './call-provider.ts'
import { comparedAtOnce, differencesOf, ourPayments, type PaymentDifference, theirPayments } from './compare-payment.ts'
import { firstLookBackMs } from './follow-listing.ts'
import type { Payment } from './payment.ts'
import type { PaymentProvider, ProviderEvent, ProviderPayment } from './payment-provider.ts'
import { isForeign, queueLook, recordListed } from './reconcile-provider.ts'

/** A payment that is not the same on both sides, and what was done about it. */
export interface ReconciledDifference extends PaymentDifference {
  readonly providerPaymentId: string | null
  /** Ours; null when it is not known here. */
  readonly paymentId: PaymentId | null
  /**
   * `queued`: the worker's `inbox` job reads it anew and books what it can, or, after some hours, parks it. `would_queue`: the same, had this been no dry run. `left_to_staff`:
   * nothing can be read that would settle it.
   */
  readonly action: 'queued' | 'would_queue' | 'left_to_staff'
}

/** What came of comparing with one provider. */
export interface ProviderReconciliation {
  readonly provider: string
  /** `recorded` is how many of those read were not in the inbox; in a dry run they still are not. */
  readonly events: { readonly read: number; readonly recorded: number }
  /** `foreign` are those that somebody else has made on the same account: they carry no id of ours, or are of the other mode. */
  readonly payments: { readonly compared: number; readonly foreign: number }
  readonly differences: readonly ReconciledDifference[]
}

export interface Reconciliation {
  readonly from: Date
  readonly providers: readonly ProviderReconciliation[]
}

interface ReconcileParams {
  readonly provider: string | undefined
  readonly from: Date | undefined
  readonly dryRun: boolean
  readonly graceMs: number
}

/** What is compared, of one provider. */
interface Window {
  readonly provider: PaymentProvider
  readonly from: Date
  readonly settledBefore: Date
  readonly dryRun: boolean
}

/** Reads a provider's events and payments from a time on, records the events and queues what differs. Does not move the reconciler's own place. */
export async function reconcile(context: Context, { provider, from, dryRun, graceMs }: ReconcileParams): Promise<Reconciliation> {
  const now = await databaseNow(context)
  const begin = from ?? addMs(now, -firstLookBackMs)
  const chosen = provider === undefined ? [...context.providers.values()] : [requireProvider(context, provider)]
  const providers: ProviderReconciliation[] = []
  for (const one of chosen) providers.push(await reconcileOne(context, { provider: one, from: begin, settledBefore: addMs(now, -graceMs), dryRun }))
  return { from: begin, providers }
}

async function reconcileOne(context: Context, window: Window): Promise<ProviderReconciliation> {
  const events = await readEvents(context, window)
  const differences: ReconciledDifference[] = []
  const seen = new Set<string>()
  let foreign = 0
  for await (const page of theirPayments(context, window.provider, window.from)) {
    for (const { providerPaymentId } of page) seen.add(providerPaymentId)
    const ofShop = page.filter((theirs) => !isForeign(window.provider, theirs))
    foreign += page.length - ofShop.length
    differences.push(...(await compareTheirs(context, window, ofShop)))
  }
  for await (const page of ourPayments(context)) {
    for (const payment of page) if (isMissing(payment, window, seen)) differences.push(...(await compareOurs(context, window, payment)))
  }
  return { provider: window.provider.name, events, payments: { compared: seen.size - foreign, foreign }, differences }
}

async function readEvents(context: Context, { provider, from, dryRun }: Window): Promise<ProviderReconciliation['events']> {
  let read = 0
  let recorded = 0
  const readPage = (after: string | undefined) => {
    const place = after === undefined ? { createdFrom: from } : { after }
    return lookUpAtProvider(context, provider, (signal) => provider.listEvents({ limit: comparedAtOnce, signal, ...place }))
  }
  for await (const page of allPages(readPage)) {
    read += page.length
    recorded += await (dryRun ? countUnknown(context, provider, page) : recordListed(context, provider, page))
  }
  return { read, recorded }
}

function countUnknown(context: Context, { name, live }: PaymentProvider, events: readonly ProviderEvent[]): Promise<number> {
  return context.storage.snapshot(
    context.clock.now(),
    async ({ inbox }) => {
      let unknown = 0
      for (const event of events) {
        if (live !== undefined && event.live !== live) continue
        if ((await inbox.find({ provider: name, eventId: event.eventId })) === undefined) unknown += 1
      }
      return unknown
    },
    { fresh: true },
  )
}

async function compareTheirs(
  context: Context,
  { provider, settledBefore, dryRun }: Window,
  all: readonly ProviderPayment[],
): Promise<readonly ReconciledDifference[]> {
  const found = await differencesOf(context, provider, all, settledBefore)
  if (!dryRun) for (const { theirs } of found) await queueLook(context, provider, theirs, true)
  return found.map(({ theirs: { providerPaymentId, paymentId }, difference }) => ({
    ...difference,
    providerPaymentId,
    paymentId,
    action: dryRun ? 'would_queue' : 'queued',
  }))
}

/** True for a payment of the window, with money, that its provider should have listed. */
function isMissing(payment: Payment, { provider, from, settledBefore }: Window, seen: ReadonlySet<string>): boolean {
  const { createdAt, updatedAt, providerPaymentId, capturedMinor, authorisedMinor } = payment
  if (payment.provider !== provider.name || createdAt < from || updatedAt > settledBefore) return false
  return capturedMinor + authorisedMinor > 0 && (providerPaymentId === null || !seen.has(providerPaymentId))
}

/** Asks for a payment that was not listed by its own id: one that was made there before the window is no difference. */
async function compareOurs(context: Context, window: Window, payment: Payment): Promise<readonly ReconciledDifference[]> {
  const { id: paymentId, providerPaymentId, capturedMinor, authorisedMinor } = payment
  const { provider } = window
  const theirs =
    providerPaymentId === null ? undefined : await lookUpAtProvider(context, provider, (signal) => provider.getPayment({ providerPaymentId, signal }))
  if (theirs !== undefined) return compareTheirs(context, window, [theirs])
  return [{ problem: 'only we have it', minor: capturedMinor + authorisedMinor, providerPaymentId, paymentId, action: 'left_to_staff' }]
}
