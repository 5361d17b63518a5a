import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import type { DomainEvent, Topic } from './domain-event.ts'
import type { OutboxCursor } from './outbox-store.ts'

export interface Subscription<T extends Topic = Topic> {
  /** Names the consumer for good: its place in the outbox is kept under it. */
  readonly name: string
  /** Default: all. */
  readonly topics?: readonly T[]
  /** A new consumer begins with the oldest event kept, or with what comes from now on. @default 'tail' */
  readonly from?: 'tail' | 'head'
  /** Called for one event after the other. A throw stops this consumer at the event; it is delivered again next time. */
  readonly handle: (event: DomainEvent<T>) => Promise<void>
}

/** How long a relay owns a consumer without moving it on. */
const leaseMs = 60_000
const batchSize = 200

/** Delivers domain events to named consumers of the host. */
export class EventService {
  readonly #context: Context
  readonly #subscriptions = new Map<string, Subscription>()

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Registers a consumer in this process. The worker's `relay` job calls it at least once per event, in order per aggregate, from one process at a time;
   * deduplicate by `event.id`.
   *
   * @throws INVALID_INPUT when the name is taken in this process
   */
  subscribe<T extends Topic>(subscription: Subscription<T>): void {
    if (this.#subscriptions.has(subscription.name) || subscription.name === '') {
      throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'name', message: 'must be unique and not empty' }] } })
    }
    this.#subscriptions.set(subscription.name, subscription as unknown as Subscription)
  }

  /** Delivers what is due to every consumer of this process. @returns how many events were handled. */
  async relay(): Promise<number> {
    let handled = 0
    for (const subscription of this.#subscriptions.values()) handled += await this.#relayTo(subscription)
    return handled
  }

  async #relayTo(subscription: Subscription): Promise<number> {
    const { name, from = 'tail' } = subscription
    const claim = await this.#write((tx) => tx.outbox.claimConsumer({ name, leaseUntil: addMs(tx.now, leaseMs), from }))
    if (claim.outcome === 'busy') return 0
    let cursor = claim.cursor
    let handled = 0
    for (;;) {
      const batch = await this.#read(cursor, subscription)
      const delivered = await this.#deliver(subscription, batch.events)
      handled += delivered
      const failed = delivered < batch.events.length
      cursor = failed ? await this.#cursorAfter(cursor, subscription, delivered) : batch.cursor
      const done = failed || batch.events.length < batchSize
      const moved = await this.#write((tx) => tx.outbox.advanceConsumer({ name, fence: claim.fence, cursor, release: done }))
      if (done || moved === 'lost') return handled
    }
  }

  async #deliver(subscription: Subscription, events: readonly DomainEvent[]): Promise<number> {
    let delivered = 0
    for (const event of events) {
      try {
        await subscription.handle(event)
      } catch (error) {
        this.#context.logger.error(
          { consumer: subscription.name, eventId: event.id, topic: event.topic, error },
          'an event consumer failed and will see the event again',
        )
        return delivered
      }
      delivered += 1
    }
    return delivered
  }

  async #read(after: OutboxCursor, { topics }: Subscription, limit = batchSize) {
    const query = { after, limit, ...(topics === undefined ? {} : { topics }) }
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.outbox.read(query), { fresh: true })
  }

  /** The cursor after the first `count` events of what follows `after`. */
  async #cursorAfter(after: OutboxCursor, subscription: Subscription, count: number): Promise<OutboxCursor> {
    return count === 0 ? after : (await this.#read(after, subscription, count)).cursor
  }

  async #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }
}
