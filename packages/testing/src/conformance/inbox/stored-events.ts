import type { InboxEvent, Storage } from '@cartwright/core/ports'
import { at, minute, moment, start } from '../moments.ts'

let made = 0

/** An event about a payment, just received and due at once. */
export function anEvent(overrides: Partial<InboxEvent> = {}): InboxEvent {
  made += 1
  return {
    provider: 'fake',
    eventId: `event-${made}`,
    type: 'payment.succeeded',
    subject: { type: 'payment', id: 'p-1' },
    providerPaymentId: 'p-1',
    live: false,
    createdAt: moment(-1000),
    payloadHash: null,
    receivedAt: start,
    state: 'received',
    attempts: 0,
    fence: 0,
    nextAttemptAt: start,
    outcome: null,
    domainEventId: null,
    problem: null,
    finishedAt: null,
    ...overrides,
  }
}

export async function recorded(storage: Storage, overrides: Partial<InboxEvent> = {}): Promise<InboxEvent> {
  const event = anEvent(overrides)
  await storage.transaction(at(0), (tx) => tx.inbox.record(event))
  return event
}

/** Takes what is due, for a minute. */
export function take(storage: Storage, ms: number, limit = 10): Promise<readonly InboxEvent[]> {
  return storage.transaction(at(ms), (tx) => tx.inbox.claimDue({ limit, leaseUntil: moment(ms + minute) }))
}

export function findEvent(storage: Storage, { provider, eventId }: InboxEvent): Promise<InboxEvent | undefined> {
  return storage.snapshot(at(0), (snapshot) => snapshot.inbox.find({ provider, eventId }), { fresh: true })
}
