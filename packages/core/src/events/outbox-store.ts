import type { DomainEvent, Topic } from './domain-event.ts'

/** A place in the outbox; opaque, compared by the store only. */
export type OutboxCursor = string

export interface OutboxBatch {
  readonly events: readonly DomainEvent[]
  /** After the last event of the batch; when the batch is all there is, after every event that is safe to read, those of other topics too. Never before where reading began. */
  readonly cursor: OutboxCursor
  /** True when `after` lies before the tail: events in between were pruned, so the reader has missed some and must start over from the data itself. */
  readonly pruned: boolean
}

/** How far a named consumer has come. */
export interface OutboxConsumer {
  readonly name: string
  readonly cursor: OutboxCursor
  /** Events after it, of whatever topic; counted up to 100,000. */
  readonly behind: number
  /** When the first of them happened; null without any. */
  readonly oldestAt: Date | null
}

export interface OutboxReader {
  /**
   * Events after `after` in commit order, in order per aggregate. Never skips one of a transaction that commits later: what is not yet safe to read is
   * left for the next call.
   */
  read(params: { readonly after: OutboxCursor; readonly limit: number; readonly topics?: readonly Topic[] }): Promise<OutboxBatch>
  /** After the last event that is safe to read. */
  head(): Promise<OutboxCursor>
  /** Before the first event still kept; events before it were pruned. */
  tail(): Promise<OutboxCursor>
  consumers(): Promise<readonly OutboxConsumer[]>
}

export type ConsumerClaim = { readonly outcome: 'claimed'; readonly cursor: OutboxCursor; readonly fence: number } | { readonly outcome: 'busy' }

/** Persistence of domain events and of how far each named consumer has come. */
export interface OutboxStore extends OutboxReader {
  append(events: readonly DomainEvent[]): Promise<void>
  /**
   * Takes the lease of a consumer, creating it at `from` (default: the tail, so that it sees every event kept) if it is new.
   *
   * @returns `busy` while another holder's lease runs. `fence` grows with every claim.
   */
  claimConsumer(params: { readonly name: string; readonly leaseUntil: Date; readonly from?: 'tail' | 'head' }): Promise<ConsumerClaim>
  /** Moves the consumer on and, with `release`, gives the lease up. @returns `lost` when a later claim has taken over; nothing was written then. */
  advanceConsumer(params: {
    readonly name: string
    readonly fence: number
    readonly cursor: OutboxCursor
    readonly release: boolean
  }): Promise<'advanced' | 'lost'>
  /** Deletes events older than `before` that every consumer has passed. @returns how many. */
  prune(params: { readonly before: Date; readonly limit: number }): Promise<number>
}
