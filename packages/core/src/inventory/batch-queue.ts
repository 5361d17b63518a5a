import { AsyncLocalStorage } from 'node:async_hooks'
import { CommerceError, isCommerceError } from '../errors.ts'
import type { Timers } from '../runtime/timers.ts'
import type { Storage, StorageTransaction } from '../storage/storage.ts'
import type { Clock } from '../time.ts'
import type { BatchLimits } from './reservation-strategy.ts'
import { sharedTransaction } from './shared-transaction.ts'

type Work = (tx: StorageTransaction) => Promise<unknown>

interface Member {
  /** No two members of a batch have one in common. */
  readonly subjects: readonly string[]
  readonly work: Work
  readonly joinedMs: number
  readonly done: PromiseWithResolvers<unknown>
}

/** Rolls a batch back because these members failed in it. */
class Poisoned extends Error {
  readonly members: ReadonlySet<Member>
  constructor(members: readonly Member[]) {
    super('a member of the batch failed')
    this.members = new Set(members)
  }
}

export interface BatchQueueParts {
  readonly storage: Storage
  readonly clock: Clock
  readonly timers: Timers
  readonly limits: BatchLimits
}

/**
 * Lets commands that come together share one transaction: one commit, and one statement where each would have sent its own. While a batch runs, the next one
 * gathers. Each caller gets what its own command came to: a member that fails is taken out, the batch runs again without it, and it runs alone.
 */
export class BatchQueue {
  readonly #parts: BatchQueueParts
  /** Batches run outside the async context of whoever happened to come first. */
  readonly #apart = AsyncLocalStorage.snapshot()
  #waiting: Member[] = []
  #running = false

  constructor(parts: BatchQueueParts) {
    this.#parts = parts
  }

  /**
   * Runs `work` in a transaction, with others if there are any. Like any transaction's, it may run more than once, and only the last run counts.
   *
   * @param subjects - what the command is about: two that have one in common never share a batch, so that each sees what the other has done.
   * @throws what `work` throws; STORAGE_BUSY when the batch has not begun by the deadline; NESTED_TRANSACTION
   */
  async run<T>(subjects: readonly string[], work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    this.#parts.storage.refuseNested()
    const done = Promise.withResolvers<unknown>()
    this.#waiting.push({ subjects, work, joinedMs: this.#parts.timers.nowMs(), done })
    if (!this.#running) this.#apart(() => void this.#runAll())
    return (await done.promise) as T
  }

  async #runAll(): Promise<void> {
    this.#running = true
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const { timers, limits } = this.#parts
      const patienceMs = first.joinedMs + limits.windowMs - timers.nowMs()
      if (this.#waiting.length < limits.maxSize) await timers.sleep(Math.max(0, patienceMs))
      await this.#runBatch(this.#take())
    }
    this.#running = false
  }

  /** The next batch, in order of arrival; whoever has waited too long is turned away. */
  #take(): readonly Member[] {
    const { timers, limits } = this.#parts
    const latestMs = timers.nowMs() - limits.deadlineMs
    const batch: Member[] = []
    const taken = new Set<string>()
    const left: Member[] = []
    for (const member of this.#waiting) {
      if (member.joinedMs < latestMs) member.done.reject(new CommerceError('STORAGE_BUSY', { details: {} }))
      else if (batch.length < limits.maxSize && !member.subjects.some((subject) => taken.has(subject))) {
        batch.push(member)
        for (const subject of member.subjects) taken.add(subject)
      } else left.push(member)
    }
    this.#waiting = left
    return batch
  }

  async #runBatch(batch: readonly Member[]): Promise<void> {
    const poisoned = batch.length > 1 ? await this.#together(batch) : new Set(batch)
    const sound = batch.filter((member) => !poisoned.has(member))
    const spoilt = sound.length > 0 && poisoned.size > 0 ? await this.#together(sound) : new Set<Member>()
    const alone = [...poisoned, ...(spoilt.size > 0 ? sound : [])]
    await Promise.all(alone.map((member) => this.#alone(member)))
  }

  /** Runs members in one transaction. @returns those that failed, in which case nothing was written and nobody has an answer yet. */
  async #together(members: readonly Member[]): Promise<ReadonlySet<Member>> {
    const { storage, clock, timers } = this.#parts
    try {
      const values = await storage.transaction(clock.now(), async (tx) => {
        const shared = sharedTransaction(tx, timers)
        const ends = await Promise.allSettled(members.map(async ({ work }) => work(shared)))
        const failed = members.filter((_, index) => ends[index]?.status === 'rejected')
        if (failed.length > 0) throw new Poisoned(failed)
        return ends.map((end) => (end.status === 'fulfilled' ? end.value : undefined))
      })
      for (const [index, { done }] of members.entries()) done.resolve(values[index])
    } catch (error) {
      if (error instanceof Poisoned) return error.members
      // A commit that a constraint refuses is some member's fault; a database that does not answer, or whose answer was lost, is nobody's.
      if (!isCommerceError(error) || error.kind === 'defect') return new Set(members)
      for (const { done } of members) done.reject(error)
    }
    return new Set()
  }

  async #alone({ work, done }: Member): Promise<void> {
    try {
      done.resolve(await this.#parts.storage.transaction(this.#parts.clock.now(), work))
    } catch (error) {
      done.reject(error)
    }
  }
}
