import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { JobReport } from '../worker/worker-input.ts'
import type { DomainEvent, Topic } from './domain-event.ts'
import type { EventPublisher } from './event-publisher.ts'
import { Relay } from './relay.ts'

export interface Subscription<T extends Topic = Topic> {
  /** Names the consumer for good: its place in the outbox is kept under it. */
  readonly name: string
  /** Default: all. */
  readonly topics?: readonly T[]
  /** A new consumer begins with the oldest event kept, or with what comes from now on. @default 'tail' */
  readonly from?: 'tail' | 'head'
  /**
   * After so many attempts on one event, with pauses that grow to 5 minutes, it is parked and the consumer goes on; the events of its aggregate that follow wait
   * behind it. What throws a `retryable` `CommerceError` is never parked. `worker.failures` lists what is, `worker.retry` delivers it again.
   *
   * @default 20, about an hour
   */
  readonly parkAfter?: number
  /** Called for one event after the other. A throw stops this consumer at the event, which is delivered again. */
  readonly handle: (event: DomainEvent<T>) => Promise<void>
}

/** What a broker gets, and from when on. */
export interface Publication extends Pick<Subscription, 'topics' | 'from' | 'parkAfter'> {
  readonly publisher: EventPublisher
}

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

  /**
   * Sends what happens to a broker, under the name of its publisher. The worker's `relay` job does so, as for a consumer of this process: a broker that is down
   * gets the events later.
   *
   * @throws INVALID_INPUT when the name is taken in this process
   */
  publishTo({ publisher, ...rest }: Publication): void {
    this.subscribe({ ...rest, name: publisher.name, handle: (event) => publisher.publish([event]) })
  }

  /** Delivers what is due to every consumer of this process: each goes on by itself, whatever becomes of the others. */
  async relay(stopping?: AbortSignal): Promise<JobReport> {
    const reports: JobReport[] = []
    for (const subscription of this.#subscriptions.values()) reports.push(await new Relay(this.#context, subscription, stopping).run())
    return { done: sum(reports.map(({ done }) => done)), failed: sum(reports.map(({ failed }) => failed)) }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
