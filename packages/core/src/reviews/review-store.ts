import type { OwnerFilter } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { CustomerId, OrderLineId, ProductId, ReviewId } from '../ids.ts'
import type { Rating, RatingSummary, Review, Stars } from './review.ts'
import type { ReviewStatus } from './review-machine.ts'

/** `waiting`: whoever has waited longest for staff first, and nothing that waits for nobody. */
export type ReviewOrder = 'newest' | 'helpful' | 'highest' | 'lowest' | 'waiting'

export interface ReviewListQuery {
  readonly filter: {
    readonly productId?: ProductId
    readonly customerId?: CustomerId
    readonly status?: ReviewStatus
    readonly rating?: Rating
    readonly verified?: boolean
  }
  readonly order: ReviewOrder
  /** 1 to 100. */
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: string
}

/** What a vote came to: `unchanged` when the voter had voted so before; `own` and `missing` (no approved review) wrote nothing. */
export type VoteResult =
  | { readonly outcome: 'counted' | 'unchanged'; readonly helpfulCount: number; readonly unhelpfulCount: number }
  | { readonly outcome: 'own' }
  | { readonly outcome: 'missing' }

export interface ReviewReader {
  /** The review, if it is approved, or if the owner filter says that its author or staff are looking. */
  find(params: { readonly reviewId: ReviewId; readonly owner: OwnerFilter }): Promise<Review | undefined>
  /** The one review that the customer has written of the product, in whatever state. */
  ofCustomer(params: { readonly customerId: CustomerId; readonly productId: ProductId }): Promise<Review | undefined>
  /** One page in a stable order: keyset on (key of the order, id). A review whose votes change meanwhile may be shown twice or not at all. */
  list(query: ReviewListQuery): Promise<Page<Review>>
  /** From the figures that `countRating` keeps, not from the reviews. */
  summary(params: { readonly productId: ProductId }): Promise<RatingSummary>
  /** The oldest line with the product among the customer's orders that are confirmed, paid and not wholly refunded; an order that cost nothing counts as paid. */
  purchaseOf(params: { readonly customerId: CustomerId; readonly productId: ProductId }): Promise<OrderLineId | undefined>
}

/** Persistence of reviews, of the votes on them, and of what they come to for each product. */
export interface ReviewStore extends ReviewReader {
  /** Like `find` for the library itself, taking the review's lock until the transaction ends where the engine has row locks. */
  lock(params: { readonly reviewId: ReviewId }): Promise<Review | undefined>
  /**
   * Writes a new review.
   *
   * @returns `exists` when the customer has reviewed the product (the unique index says so), with nothing written: of 32 at once, one is `inserted`.
   */
  insert(review: Review): Promise<'inserted' | 'exists'>
  /** Saves everything but the votes' counters if the stored version is still `expectedVersion`. */
  save(params: { readonly review: Review; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
  /** Removes a review with its votes if the stored version is still `expectedVersion`. */
  delete(params: { readonly reviewId: ReviewId; readonly expectedVersion: number }): Promise<'deleted' | 'stale'>
  /**
   * Counts a customer's one vote on an approved review, in place of the one before. `helpful: null` takes it back.
   *
   * **Contract for implementers**
   * - The vote and the counters change together: 32 concurrent votes of 32 customers count 32, and 32 of one customer count once.
   * - The author's own vote is refused: `own`.
   */
  vote(params: { readonly reviewId: ReviewId; readonly customerId: CustomerId; readonly helpful: boolean | null }): Promise<VoteResult>
  /**
   * Adds to what a product's approved reviews come to: its stars, and from them its count and average, which listings and search go by. Content hash and
   * `updatedAt` stay: an import of the same file still finds nothing to do.
   *
   * **Contract for implementers**
   * - Relative and indivisible: concurrent changes add up, whatever their order, and the average is always that of the stars.
   * - A number of stars below nothing is refused by a constraint.
   *
   * @returns the product's new version and its handle, or undefined when there is no such product
   * @see docs/invariants.md: I20; docs/proving.md: A16
   */
  countRating(params: { readonly productId: ProductId; readonly stars: Stars }): Promise<{ readonly version: number; readonly handle: string } | undefined>
  /**
   * Takes a customer out of the reviews: theirs lose author and name, their votes go over to the pseudonym. Texts, ratings and counters stay.
   *
   * @param pseudonym - a fresh one, so that nobody's votes are mixed up
   * @returns how many reviews lost their author
   */
  forgetCustomer(params: { readonly customerId: CustomerId; readonly pseudonym: CustomerId }): Promise<number>
}
