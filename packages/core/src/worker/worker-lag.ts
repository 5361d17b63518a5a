import type { Context } from '../context.ts'

/** Jobs whose rows say since when they are due. */
export type DueJob = 'inbox' | 'completer' | 'refunds' | 'expiry' | 'sweep'

/** How far the workers of a shop are behind. */
export interface WorkerLag {
  /**
   * How long the oldest row has been due that no worker has taken, in ms; 0 when none is due. An order that cannot be expired stays due; of the other jobs, a
   * row that was taken and not done is due again after a pause.
   */
  readonly jobs: Readonly<Record<DueJob, number>>
  /** Named consumers of events, whichever process they live in, by name; `search` is an index outside the process. */
  readonly consumers: readonly ConsumerLag[]
}

export interface ConsumerLag {
  readonly name: string
  /** Between it and the newest one, those of topics that it does not want included; counted up to 100,000. */
  readonly events: number
  /** Since the oldest of them happened, in ms; 0 without any. */
  readonly ageMs: number
}

/** Reads it from the primary, in two statements. */
export function readLag({ storage, clock }: Pick<Context, 'storage' | 'clock'>): Promise<WorkerLag> {
  return storage.snapshot(
    clock.now(),
    async ({ now, workFailures, outbox }) => {
      const [due, consumers] = await Promise.all([workFailures.oldestDue(), outbox.consumers()])
      const ageOf = (at: Date | null | undefined) => (at === null || at === undefined ? 0 : Math.max(0, now.getTime() - at.getTime()))
      const jobAge = (job: DueJob) => ageOf(due.get(job))
      return {
        jobs: { inbox: jobAge('inbox'), completer: jobAge('completer'), refunds: jobAge('refunds'), expiry: jobAge('expiry'), sweep: jobAge('sweep') },
        consumers: consumers.map(({ name, behind, oldestAt }) => ({ name, events: behind, ageMs: ageOf(oldestAt) })),
      }
    },
    { fresh: true },
  )
}
