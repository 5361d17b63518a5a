import type { Context } from '../context.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import type { OutboxCursor } from '../events/outbox-store.ts'
import { inTime, late } from '../runtime/in-time.ts'
import type { Timers } from '../runtime/timers.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { type CatalogueEvents, readCatalogueEvents } from './catalogue-events.ts'

export interface CatalogueFollowerOptions {
  readonly timers: Timers
  /** Within how many ms of its commit every change must be known. */
  readonly maxLagMs: number
  /** How long a caller waits for the database, in ms. */
  readonly patienceMs: number
  /** Works out what the events of a batch have changed. */
  readonly apply: (snapshot: StorageSnapshot, events: readonly DomainEvent[]) => Promise<() => Promise<void>>
  /** Everything known before may be wrong. */
  readonly startOver: () => void
  /** Called each time that nothing is left to follow. @param moved - whether there was anything */
  readonly caughtUp: (cursor: OutboxCursor, moved: boolean) => Promise<void>
}

/** From this share of the lag on, the outbox is looked at while answers go on. */
const lookFrom = 0.4
/** A hint that there are events is followed after so many ms at the soonest, and a failure is tried again. */
const gapMs = 50
const retryMs = 250

/**
 * Follows the outbox with a cursor in memory, for as long as it is asked: there are no timers, so a process that does not ask does nothing, and nothing has to be
 * stopped.
 */
export class CatalogueFollower {
  readonly #context: Pick<Context, 'storage' | 'clock' | 'logger'>
  readonly #options: CatalogueFollowerOptions
  #cursor: OutboxCursor | undefined
  /** When the last run that came to an end had begun, by the timers. */
  #caughtUpAtMs = Number.NEGATIVE_INFINITY
  #nextRunAtMs = Number.NEGATIVE_INFINITY
  #running: Promise<boolean> | undefined
  /** True while the run in progress has already been waited for in vain. */
  #isLate = false
  #hinted = false
  #watch: { close(): Promise<void> } | undefined
  /** The shop's time less that of the timers, in ms. */
  #offsetMs = 0

  constructor(context: Pick<Context, 'storage' | 'clock' | 'logger'>, options: CatalogueFollowerOptions) {
    this.#context = context
    this.#options = options
  }

  /** The shop's time, in epoch ms, as far as this process can tell without asking. */
  shopTimeMs(): number {
    return this.#options.timers.nowMs() + this.#offsetMs
  }

  /**
   * Sees to it that every change older than the lag is known: at once while that is so, else after a look at the outbox.
   *
   * @returns false when the database did not answer in time
   */
  check(): true | Promise<boolean> {
    const nowMs = this.#options.timers.nowMs()
    const ageMs = nowMs - this.#caughtUpAtMs
    const { maxLagMs } = this.#options
    const due = ageMs >= maxLagMs * lookFrom || (this.#hinted && ageMs >= gapMs)
    if (due && this.#running === undefined && nowMs >= this.#nextRunAtMs) this.#start()
    return ageMs < maxLagMs ? true : this.#wait()
  }

  /** Reads everything that follows a place, and applies it. @returns false when some of it was pruned */
  async catchUp(from: OutboxCursor): Promise<boolean> {
    for (let after = from; ; ) {
      const batch = await this.#read(after)
      if (batch === undefined) return true
      if (batch.pruned) return false
      await batch.applied()
      if (!batch.more) return true
      after = batch.cursor
    }
  }

  async close(): Promise<void> {
    await this.#running
    await this.#watch?.close()
  }

  async #wait(): Promise<boolean> {
    const { timers, patienceMs } = this.#options
    const run = this.#running
    if (run === undefined || this.#isLate) return false
    const caughtUp = await inTime(timers, run, patienceMs)
    if (caughtUp === late && this.#running === run) this.#isLate = true
    return caughtUp === true
  }

  #start(): void {
    this.#watch ??= this.#context.storage.watch?.(() => {
      this.#hinted = true
    })
    const startedAtMs = this.#options.timers.nowMs()
    this.#hinted = false
    this.#running = this.#follow()
      .then(
        () => {
          this.#caughtUpAtMs = startedAtMs
          return true
        },
        (error: unknown) => {
          this.#nextRunAtMs = this.#options.timers.nowMs() + retryMs
          this.#context.logger.warn({ error }, 'the cache cannot look for changes')
          return false
        },
      )
      .finally(() => {
        this.#running = undefined
        this.#isLate = false
      })
  }

  async #follow(): Promise<void> {
    let moved = false
    for (;;) {
      this.#cursor ??= await this.#begin()
      const batch = await this.#read(this.#cursor)
      if (batch === undefined) break
      if (batch.pruned) {
        this.#cursor = undefined
        continue
      }
      await batch.applied()
      moved ||= batch.events.length > 0
      this.#cursor = batch.cursor
      if (!batch.more) break
    }
    await this.#options.caughtUp(this.#cursor, moved)
  }

  async #begin(): Promise<OutboxCursor> {
    const head = await this.#snapshot(({ outbox }) => outbox.head())
    this.#options.startOver()
    return head
  }

  #read(after: OutboxCursor): Promise<(CatalogueEvents & { readonly applied: () => Promise<void> }) | undefined> {
    return this.#snapshot(async (snapshot) => {
      const batch = await readCatalogueEvents(snapshot, after)
      return batch === undefined ? undefined : { ...batch, applied: await this.#options.apply(snapshot, batch.events) }
    })
  }

  #snapshot<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    const { storage, clock } = this.#context
    return storage.snapshot(
      clock.now(),
      (snapshot) => {
        this.#offsetMs = snapshot.now.getTime() - this.#options.timers.nowMs()
        return work(snapshot)
      },
      { fresh: true },
    )
  }
}
