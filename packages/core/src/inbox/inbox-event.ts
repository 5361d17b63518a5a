import type { EventId } from '../ids.ts'
import type { ProviderEvent } from '../payments/payment-provider.ts'
import { checkDelayMs } from '../payments/payment-rules.ts'
import type { InboxState } from './inbox-machine.ts'

/**
 * What came of an event.
 * - `applied`: it told something new, which was booked.
 * - `nothing_new`: all that its subject came to was known already.
 * - `no_subject`: it is of a type that says nothing about payments, refunds or disputes.
 * - `not_ours`: its payment carries no id of this shop: somebody else uses the same account.
 * - `other_mode`: its payment is of the live mode and the provider of the test mode, or the other way round.
 */
export type InboxOutcome = 'applied' | 'nothing_new' | 'no_subject' | 'not_ours' | 'other_mode'

/** A provider's event as the shop keeps it: what it is about, and what came of it. Its body is not kept: nothing in it is believed, and it may be personal. */
export interface InboxEvent extends ProviderEvent {
  /** The name of the provider that sent it. */
  readonly provider: string
  /** SHA-256 of the body that it came in, in hex, for telling staff and provider whether they speak of the same; null for one that was fetched. */
  readonly payloadHash: string | null
  readonly receivedAt: Date
  readonly state: InboxState
  /** Times that it was taken up, since it came or was last replayed. */
  readonly attempts: number
  /** Grows whenever it is taken up: of two workers, only the later one can say what came of it. */
  readonly fence: number
  /** When it is due, or its worker's lease ends; null unless `received`. */
  readonly nextAttemptAt: Date | null
  /** Null until it is `processed` or `ignored`. */
  readonly outcome: InboxOutcome | null
  /** The domain event of the first change that it made; null unless `applied`. */
  readonly domainEventId: EventId | null
  /** Why the last attempt failed: an error code; null when none did. */
  readonly problem: string | null
  /** When it was processed, ignored or parked. */
  readonly finishedAt: Date | null
}

/** How often an event is tried before it is parked: with {@link retryDelayMs}, for about sixteen hours. */
export const maxInboxAttempts = 24

/** When to try again after so many attempts: 5 s, doubling each time, one hour at most. */
export function retryDelayMs(attempts: number): number {
  return checkDelayMs(Math.max(attempts - 1, 0))
}

/** A provider's event as it is first recorded: due at once, or done with if there is nothing to look up. */
export function receivedEvent(provider: string, event: ProviderEvent, payloadHash: string | null, now: Date): InboxEvent {
  const idle = event.subject === null
  return {
    ...event,
    provider,
    payloadHash,
    receivedAt: now,
    state: idle ? 'ignored' : 'received',
    attempts: 0,
    fence: 0,
    nextAttemptAt: idle ? null : now,
    outcome: idle ? 'no_subject' : null,
    domainEventId: null,
    problem: null,
    finishedAt: idle ? now : null,
  }
}
