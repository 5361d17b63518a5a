import type { Diagnosis } from '../storage/storage.ts'
import type { DomainEvent } from './domain-event.ts'

/**
 * Sends domain events to a broker outside the shop, from which other systems take them. It is fed from the outbox by the worker's `relay` job, so a broker that is
 * down delays events and nothing else.
 *
 * **Contract for implementers**
 * - `publish` resolves when the broker has all of the events, durably as far as it is durable, in the order given; it rejects otherwise, and then gets them again.
 * - Events of one aggregate stay in order: by one ordered stream, or a partition or group key of `aggregateId`.
 * - Events come at least once, and again in the same order after a crash: consumers tell repetitions by `event.id`.
 *
 * @see docs/decisions/0022 for Kafka and SQS
 */
export interface EventPublisher {
  /** Names it for good: how far it has read the outbox is kept under this name. */
  readonly name: string
  /** @param events - at least one. */
  publish(events: readonly DomainEvent[]): Promise<void>
  /** What `doctor` should say of the broker. */
  diagnose?(): Promise<readonly Diagnosis[]>
}
