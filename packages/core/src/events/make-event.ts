import type { Context } from '../context.ts'
import type { EventId } from '../ids.ts'
import type { AggregateType, DomainEvent, EventPayloads, Topic } from './domain-event.ts'

interface EventSubject {
  readonly aggregateType: AggregateType
  readonly aggregateId: string
  /** Of the aggregate after the change; 0 where it has none. */
  readonly aggregateVersion: number
}

/** A domain event with a fresh id, to be appended in the transaction that makes it true. */
export function makeEvent<T extends Topic>(context: Pick<Context, 'ids'>, now: Date, topic: T, subject: EventSubject, payload: EventPayloads[T]): DomainEvent {
  return { id: context.ids.next<EventId>(), topic, ...subject, payload, occurredAt: now } as DomainEvent
}
