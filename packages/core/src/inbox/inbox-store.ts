import type { Page } from '../catalog/catalog-store.ts'
import type { EventId } from '../ids.ts'
import type { InboxEvent, InboxOutcome } from './inbox-event.ts'
import type { InboxState } from './inbox-machine.ts'

export interface InboxKey {
  readonly provider: string
  readonly eventId: string
}

export interface InboxListQuery {
  readonly state?: InboxState
  /** 1 to 100; newest first. */
  readonly limit: number
  readonly after?: string
}

export interface InboxReader {
  find(key: InboxKey): Promise<InboxEvent | undefined>
  /** Keyset on (receivedAt, provider, eventId), newest first. */
  list(query: InboxListQuery): Promise<Page<InboxEvent>>
  /** The events that name this payment, in the order in which they came: up to `limit` of the newest. */
  ofPayment(params: { readonly provider: string; readonly providerPaymentId: string; readonly limit: number }): Promise<readonly InboxEvent[]>
  /** When the lists of providers were last read to their end, in any order: every list that was ever claimed. Waits for no lease. */
  listings(): Promise<readonly ListingRead[]>
}

/** How an attempt ended. */
export type InboxEnd =
  | { readonly state: 'processed' | 'ignored'; readonly outcome: InboxOutcome; readonly domainEventId: EventId | null }
  | { readonly state: 'received'; readonly nextAttemptAt: Date; readonly problem: string }
  | { readonly state: 'parked'; readonly problem: string }

export const nothingNew: InboxEnd = { state: 'processed', outcome: 'nothing_new', domainEventId: null }

/** The lists that a provider is read by, page by page. */
export type ProviderList = 'events' | 'payments'

/** How far a list has been read. */
export interface ListingPosition {
  /** Reading begins with what was made at this time, unless `after` says where. */
  readonly createdFrom: Date
  /** The provider's own word for the place in its list that reading goes on from; null without one. */
  readonly after: string | null
}

/** When a list was last read to its end. */
export interface ListingRead {
  readonly provider: string
  readonly list: ProviderList
  /** Null while it never was. */
  readonly readToEndAt: Date | null
}

export type ListingClaim =
  /** `position` is null for a list that has never been read. */
  { readonly outcome: 'claimed'; readonly position: ListingPosition | null; readonly fence: number } | { readonly outcome: 'busy' }

/** Persistence of the events that payment providers have sent, and of how far the providers' own lists have been read. */
export interface InboxStore extends InboxReader {
  /**
   * Keeps an event, once: its key is what deduplication goes by.
   *
   * @returns `duplicate` when it is there already, whatever has become of it; nothing was written then.
   */
  record(event: InboxEvent): Promise<'recorded' | 'duplicate'>
  /** Keeps a page of events, each as `record` does, in a few statements. @returns how many were not there before. */
  recordAll(events: readonly InboxEvent[]): Promise<number>
  /**
   * Hands out received events whose `nextAttemptAt` has come, oldest first, and moves it to `leaseUntil`, so that no other worker takes them meanwhile and a
   * worker that dies delays them only. Counts one more in `attempts` and in `fence`.
   */
  claimDue(params: { readonly limit: number; readonly leaseUntil: Date }): Promise<readonly InboxEvent[]>
  /**
   * Writes how an attempt ended, in the transaction that books what it found.
   *
   * @param fence - of the claim.
   * @returns `lost` when the event has been taken up again since, or is finished; nothing was written then.
   */
  finish(params: InboxKey & { readonly fence: number; readonly end: InboxEnd }): Promise<'finished' | 'lost'>
  /** Makes an event due at once and counts its attempts anew, whatever became of it. @returns `missing` when there is none. */
  replay(key: InboxKey): Promise<'replayed' | 'missing'>
  /** Deletes processed and ignored events that were finished before a time, oldest first. Parked ones stay. @returns how many. */
  prune(params: { readonly before: Date; readonly limit: number }): Promise<number>

  /**
   * Takes the lease of a provider's list, so that no two workers read it at once.
   *
   * @returns `busy` while another holder's lease runs. `fence` grows with every claim.
   */
  claimListing(params: { readonly provider: string; readonly list: ProviderList; readonly leaseUntil: Date }): Promise<ListingClaim>
  /**
   * Keeps how far a list has been read, and until when it goes on being read: null gives the lease up. `toEnd` says that it has been read to its end now, which is kept until it
   * is so again.
   *
   * @returns `lost` when a later claim has taken over; nothing was written then.
   */
  advanceListing(params: {
    readonly provider: string
    readonly list: ProviderList
    readonly fence: number
    readonly position: ListingPosition
    readonly toEnd: boolean
    readonly leaseUntil: Date | null
  }): Promise<'advanced' | 'lost'>
}
