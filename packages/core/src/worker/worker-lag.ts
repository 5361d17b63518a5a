import type { Context } from '../context.ts'
import type { ListingRead, ProviderList } from '../inbox/inbox-store.ts'
import { firstLookBackMs } from '../payments/follow-listing.ts'
import { reconcilerRows } from '../payments/reconcile-provider.ts'

/** Jobs whose rows say since when they are due. */
export type DueJob = 'inbox' | 'completer' | 'refunds' | 'expiry' | 'sweep'

/** How far the workers of a shop are behind. */
export interface WorkerLag {
  readonly jobs: JobLag
  /** Every list of every payment provider that this process has. */
  readonly listings: readonly ListingLag[]
  /** Named consumers of events, whichever process they live in, by name; `search` is an index outside the process. */
  readonly consumers: readonly ConsumerLag[]
}

/**
 * How long the oldest row has been due that no worker has taken, in ms; 0 when none is due. An order that cannot be expired stays due; of the other jobs, a
 * row that was taken and not done is due again after a pause.
 */
export type JobLag = Readonly<Record<DueJob, number>> & {
  /** A list is due again one rest of the job after it was read to its end; one that never was is as late as reading it begins, 30 days. */
  readonly reconciler: number
  /** A changed cart in a live store waits until the database has it, taken or not; 0 without such a store, and null while it does not answer. */
  readonly carts: number | null
}

export interface ListingLag {
  readonly provider: string
  readonly list: ProviderList
  /** How long ago it was last read to its end, in ms; null when it never was. */
  readonly readMsAgo: number | null
}

export interface ConsumerLag {
  readonly name: string
  /** Between it and the newest one, those of topics that it does not want included; counted up to 100,000. */
  readonly events: number
  /** Since the oldest of them happened, in ms; 0 without any. */
  readonly ageMs: number
}

/**
 * Reads it from the primary, in three statements, and of a live store of carts from that.
 *
 * @param params - `reconcilerPauseMs` is how long the job `reconciler` rests.
 */
export async function readLag(
  context: Pick<Context, 'storage' | 'clock' | 'providers' | 'liveCarts'>,
  { reconcilerPauseMs }: { readonly reconcilerPauseMs: number },
): Promise<WorkerLag> {
  const { storage, clock, liveCarts } = context
  const [carts, stored] = await Promise.all([
    liveCarts === undefined ? 0 : liveCarts.oldestWaitMs(),
    storage.snapshot(
      clock.now(),
      async ({ now, workFailures, inbox, outbox }) => {
        const [due, read, consumers] = await Promise.all([workFailures.oldestDue(), inbox.listings(), outbox.consumers()])
        const msSince = (at: Date) => Math.max(0, now.getTime() - at.getTime())
        const ageOf = (at: Date | null | undefined) => (at === null || at === undefined ? 0 : msSince(at))
        const jobAge = (job: DueJob) => ageOf(due.get(job))
        return {
          due: { inbox: jobAge('inbox'), completer: jobAge('completer'), refunds: jobAge('refunds'), expiry: jobAge('expiry'), sweep: jobAge('sweep') },
          listings: listingLags(context, read, msSince),
          consumers: consumers.map(({ name, behind, oldestAt }) => ({ name, events: behind, ageMs: ageOf(oldestAt) })),
        }
      },
      { fresh: true },
    ),
  ])
  const { due, listings, consumers } = stored
  const reconciler = Math.max(0, ...listings.map(({ readMsAgo }) => (readMsAgo === null ? firstLookBackMs : readMsAgo - reconcilerPauseMs)))
  return { jobs: { reconciler, ...due, carts: carts === 'away' ? null : carts }, listings, consumers }
}

function listingLags(context: Pick<Context, 'providers'>, read: readonly ListingRead[], msSince: (at: Date) => number): readonly ListingLag[] {
  return reconcilerRows(context).map(({ provider: { name }, list }) => {
    const at = read.find((one) => one.provider === name && one.list === list)?.readToEndAt ?? null
    return { provider: name, list, readMsAgo: at && msSince(at) }
  })
}
