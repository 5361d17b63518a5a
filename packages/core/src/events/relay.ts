import type { Context } from '../context.ts'
import { countWorkerRows } from '../runtime/telemetry.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { defaultParkAfter, failedAgain, isDue, type WorkFailure } from '../worker/work-failure.ts'
import type { JobReport } from '../worker/worker-input.ts'
import type { DomainEvent } from './domain-event.ts'
import type { Subscription } from './event-service.ts'
import type { OutboxCursor } from './outbox-store.ts'

/** How long a relay owns a consumer without moving it on. */
const leaseMs = 60_000
const batchSize = 200
const failuresPerPage = 500

/** An event that a consumer could not take, as its failure keeps it. */
type KeptEvent = Omit<DomainEvent, 'occurredAt'> & { readonly occurredAt: string }

/**
 * Delivers events to one consumer.
 *
 * An event that fails stops the consumer there; it is tried again after a pause that grows. Once it is parked the consumer goes on without it, and the events of
 * its aggregate that follow are kept behind it, so that the consumer never sees them out of order.
 */
export class Relay {
  readonly #context: Context
  readonly #subscription: Subscription
  readonly #job: string
  readonly #stopping: AbortSignal | undefined
  /** What failed before, by the event's id. */
  #failures = new Map<string, WorkFailure>()
  /** Aggregates of which an event is parked. */
  readonly #held = new Set<string>()
  #done = 0
  #failed = 0

  constructor(context: Context, subscription: Subscription, stopping: AbortSignal | undefined) {
    this.#context = context
    this.#subscription = subscription
    this.#job = `relay:${subscription.name}`
    this.#stopping = stopping
  }

  /** Delivers what is due. `done` counts events that were handled, `failed` those that were not. Nothing is delivered while another process does it. */
  async run(): Promise<JobReport> {
    const { name, from = 'tail' } = this.#subscription
    const claim = await this.#write(async (tx) => ({
      now: tx.now,
      taken: await tx.outbox.claimConsumer({ name, leaseUntil: addMs(tx.now, leaseMs), from }),
    }))
    if (claim.taken.outcome === 'busy') return { done: 0, failed: 0 }
    await this.#recall()
    await this.#deliverKept(claim.now)
    await this.#follow(claim.taken.cursor, claim.taken.fence, claim.now)
    return { done: this.#done, failed: this.#failed }
  }

  async #follow(start: OutboxCursor, fence: number, now: Date): Promise<void> {
    const { name } = this.#subscription
    for (let cursor = start; ; ) {
      const batch = await this.#readAfter(cursor)
      const passed = await this.#pass(batch.events, now)
      const stopped = passed < batch.events.length
      cursor = stopped ? await this.#cursorAfter(cursor, passed) : batch.cursor
      const release = stopped || batch.events.length < batchSize
      const moved = await this.#write((tx) => tx.outbox.advanceConsumer({ name, fence, cursor, release }))
      if (release || moved === 'lost') return
    }
  }

  /** @returns how many of the events need not come again: handled, parked or kept behind a parked one. */
  async #pass(events: readonly DomainEvent[], now: Date): Promise<number> {
    let passed = 0
    for (const event of events) {
      if (this.#stopping?.aborted === true) return passed
      if (this.#held.has(aggregateOf(event))) await this.#keepBehind(event)
      else if (!isDue(this.#failures.get(event.id), now) || !(await this.#deliver(event))) return passed
      passed += 1
    }
    return passed
  }

  /** @returns false when the event must come again before any other may. */
  async #deliver(event: DomainEvent): Promise<boolean> {
    const before = this.#failures.get(event.id)
    const error = await this.#handle(event)
    if (error === undefined) {
      if (before !== undefined) await this.#forget(event)
      return true
    }
    const failure = await this.#record(event, error.cause, before)
    if (failure.nextAttemptAt !== null) return false
    countWorkerRows('relay', 'parked', 1)
    this.#held.add(aggregateOf(event))
    return true
  }

  async #handle(event: DomainEvent): Promise<{ readonly cause: unknown } | undefined> {
    const { name, handle } = this.#subscription
    try {
      await handle(event)
      this.#done += 1
      return undefined
    } catch (cause) {
      this.#failed += 1
      const fields = { consumer: name, eventId: event.id, topic: event.topic, error: cause }
      this.#context.logger.error(fields, 'an event consumer failed and will see the event again')
      return { cause }
    }
  }

  /** Delivers parked events for which somebody has asked, and then those that wait behind them, in the order of their aggregate. */
  async #deliverKept(now: Date): Promise<void> {
    const stuck = new Set<string>()
    const kept = [...this.#failures.values()].flatMap((failure) => (failure.subject === null ? [] : [{ failure, event: revived(failure.subject) }]))
    kept.sort((one, other) => one.event.occurredAt.getTime() - other.event.occurredAt.getTime() || one.event.aggregateVersion - other.event.aggregateVersion)
    for (const { failure, event } of kept) {
      const aggregate = aggregateOf(event)
      const waits = failure.attempts === 0 && failure.nextAttemptAt === null
      const tried = !stuck.has(aggregate) && (waits || isDue(failure, now)) && this.#stopping?.aborted !== true
      const error = tried ? await this.#handle(event) : undefined
      if (tried && error === undefined) {
        await this.#forget(event)
        continue
      }
      if (error !== undefined) await this.#record(event, error.cause, failure)
      stuck.add(aggregate)
      this.#held.add(aggregate)
    }
  }

  async #keepBehind(event: DomainEvent): Promise<void> {
    await this.#write((tx) =>
      tx.workFailures.record([
        {
          job: this.#job,
          rowId: event.id,
          attempts: 0,
          code: 'CONFLICT',
          subject: event,
          firstFailedAt: tx.now,
          lastFailedAt: tx.now,
          nextAttemptAt: null,
        },
      ]),
    )
  }

  async #record(event: DomainEvent, error: unknown, before: WorkFailure | undefined): Promise<WorkFailure> {
    const { parkAfter = defaultParkAfter } = this.#subscription
    const failure = await this.#write(async (tx) => {
      const again = failedAgain({ job: this.#job, rowId: event.id, error, before, parkAfter }, tx.now)
      // A parked event outlives its row in the outbox; one that was parked stays kept while it is tried again.
      const kept = again.nextAttemptAt === null || (before?.subject ?? null) !== null
      const recorded = kept ? { ...again, subject: event } : again
      await tx.workFailures.record([recorded])
      return recorded
    })
    this.#failures.set(event.id, failure)
    return failure
  }

  async #forget({ id }: DomainEvent): Promise<void> {
    await this.#write((tx) => tx.workFailures.forget({ job: this.#job, rowIds: [id] }))
    this.#failures.delete(id)
  }

  async #recall(): Promise<void> {
    const known: WorkFailure[] = []
    for (;;) {
      const after = known.at(-1)
      const query = { job: this.#job, parked: false, limit: failuresPerPage, ...(after === undefined ? {} : { after }) }
      const page = await this.#read(({ workFailures }) => workFailures.list(query))
      known.push(...page)
      if (page.length < failuresPerPage) break
    }
    this.#failures = new Map(known.map((failure) => [failure.rowId, failure]))
  }

  #readAfter(after: OutboxCursor, limit = batchSize) {
    const { topics } = this.#subscription
    const query = { after, limit, ...(topics === undefined ? {} : { topics }) }
    return this.#read(({ outbox }) => outbox.read(query))
  }

  /** The cursor after the first `count` events of what follows `after`. */
  async #cursorAfter(after: OutboxCursor, count: number): Promise<OutboxCursor> {
    return count === 0 ? after : (await this.#readAfter(after, count)).cursor
  }

  #read<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { fresh: true })
  }

  #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }
}

/** Order is promised within it. */
function aggregateOf({ aggregateType, aggregateId }: DomainEvent): string {
  return `${aggregateType} ${aggregateId}`
}

function revived(subject: unknown): DomainEvent {
  const kept = subject as KeptEvent
  return { ...kept, occurredAt: new Date(kept.occurredAt) } as DomainEvent
}
