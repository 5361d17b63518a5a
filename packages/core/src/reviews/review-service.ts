import { type Actor, ownerFilter, requireStaff } from '../actor.ts'
import type { CatalogCache } from '../catalog/catalog-cache.ts'
import type { Page, ProductKey } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { idempotencyScope, runAndAnswer } from '../idempotency/run-idempotent.ts'
import type { CustomerId, ProductId, ReviewId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { moderatedReview, type RatingSummary, type Review, repliedReview, requireDeletable, revisedReview, withdrawnReview, writtenReview } from './review.ts'
import {
  type AllReviewsInput,
  allReviewsInput,
  type EditReviewInput,
  editReviewInput,
  type ListReviewsInput,
  listReviewsInput,
  type ModerateReviewInput,
  type MyReviewsInput,
  moderateReviewInput,
  myReviewsInput,
  type OfReviewInput,
  ofReviewInput,
  type ReplyReviewInput,
  type ReviewQueueInput,
  type ReviewSummaryInput,
  replyReviewInput,
  reviewQueueInput,
  reviewSummaryInput,
  type SubmitReviewInput,
  submitReviewInput,
  type VoteReviewInput,
  voteReviewInput,
} from './review-input.ts'
import type { ReviewListQuery } from './review-store.ts'
import { type OwnReviewView, ownReview, type ReviewView, reviewFor, type StaffReviewView, shownReview, staffReview } from './review-view.ts'
import { deleteReview, insertReview, saveReview, type WrittenReview } from './review-writer.ts'

/**
 * What customers think of products, and what staff make of it. Only approved reviews are shown, and only they count in ratings, which move in the transaction
 * that moves the review. To others than its author and staff, a review that is not shown is NOT_FOUND.
 */
export class ReviewService {
  readonly #context: Context
  readonly #cache: Pick<CatalogCache, 'forget'> | undefined

  constructor(context: Context, cache?: Pick<CatalogCache, 'forget'>) {
    this.#context = context
    this.#cache = cache
  }

  /**
   * Writes the customer's one review of a product. Its purchase is verified if an order of the customer's that has the product is confirmed, paid and not wholly
   * refunded; that is decided once, now. With an `idempotencyKey`, repeating the call returns the same review.
   *
   * @throws FORBIDDEN for others than customers, NOT_FOUND unless the product is published, REVIEW_EXISTS, PURCHASE_REQUIRED when the shop takes verified
   * reviews only
   */
  async submit(params: SubmitReviewInput): Promise<OwnReviewView> {
    const { actor, idempotencyKey, ...rest } = parseInput(submitReviewInput, params)
    const customerId = requireCustomer(actor)
    const key = ('productId' in rest ? { id: rest.productId } : { handle: rest.handle }) as ProductKey
    const call = { scope: idempotencyScope(actor), operation: 'reviews.submit', key: idempotencyKey, params: rest }
    let rated: string | undefined
    const review = await runAndAnswer(
      this.#context,
      call,
      async (tx) => {
        const product = await tx.catalog.findProduct(key)
        if (product?.status !== 'published') throw notFound('product')
        const { rating, title = null, body = null, displayName = null } = rest
        const orderLineId = await this.#purchase(tx, customerId, product.id)
        const id = this.#context.ids.next<ReviewId>()
        const written = writtenReview({ id, productId: product.id, customerId, orderLineId, rating, title, body, displayName }, this.#context.reviews, tx.now)
        const { ratedHandle } = await insertReview(this.#context, tx, written)
        rated = ratedHandle
        return id
      },
      async (tx, reviewId) => (await tx.reviews.find({ reviewId, owner: ownerFilter(actor) })) ?? missing(),
    )
    await this.#forget(rated)
    return ownReview(review)
  }

  /**
   * Changes the customer's own review; what is left out stays, null takes a text away. It goes back to staff as the shop's moderation says, and always when it
   * is not shown now. A purchase made since is verified.
   *
   * @throws FORBIDDEN for others than customers, NOT_FOUND
   */
  async edit(params: EditReviewInput): Promise<OwnReviewView> {
    const { actor, reviewId, ...change } = parseInput(editReviewInput, params)
    const customerId = requireCustomer(actor)
    const content = given(change)
    return ownReview(
      await this.#changing(actor, reviewId, async (tx, review) => {
        const orderLineId = review.orderLineId ?? (await this.#purchase(tx, customerId, review.productId))
        return saveReview(this.#context, tx, 'edited', review, revisedReview(review, { ...content, orderLineId }, this.#context.reviews, tx.now))
      }),
    )
  }

  /** Takes the customer's own review off the shop; `edit` hands it in again. @throws FORBIDDEN for others than customers, NOT_FOUND, ILLEGAL_TRANSITION when it is not shown and waits for nobody */
  async withdraw(params: OfReviewInput): Promise<OwnReviewView> {
    const { actor, reviewId } = parseInput(ofReviewInput, params)
    requireCustomer(actor)
    return ownReview(await this.#changing(actor, reviewId, (tx, review) => saveReview(this.#context, tx, 'withdrawn', review, withdrawnReview(review, tx.now))))
  }

  /**
   * Removes a review with its votes and its reply: the customer's own, or any for staff.
   *
   * @throws FORBIDDEN for guests, NOT_FOUND, ILLEGAL_TRANSITION for an author whose review staff have refused and not approved since
   */
  async delete(params: OfReviewInput): Promise<void> {
    const { actor, reviewId } = parseInput(ofReviewInput, params)
    if (actor.type === 'guest') requireCustomer(actor)
    await this.#changing(actor, reviewId, (tx, review) => {
      requireDeletable(review, actor.type !== 'customer')
      return deleteReview(this.#context, tx, review)
    })
  }

  /** Counts the customer's vote on an approved review, in place of the one before; `none` takes it back. @throws FORBIDDEN for others than customers, NOT_FOUND, OWN_REVIEW */
  async vote(params: VoteReviewInput): Promise<Pick<ReviewView, 'helpfulCount' | 'unhelpfulCount'>> {
    const { actor, reviewId, vote } = parseInput(voteReviewInput, params)
    const customerId = requireCustomer(actor)
    const helpful = vote === 'none' ? null : vote === 'helpful'
    const voted = await this.#context.storage.transaction(this.#context.clock.now(), (tx) =>
      tx.reviews.vote({ reviewId: reviewId as ReviewId, customerId, helpful }),
    )
    if (voted.outcome === 'missing') throw notFound('review')
    if (voted.outcome === 'own') throw new CommerceError('OWN_REVIEW', { details: { reviewId } })
    return { helpfulCount: voted.helpfulCount, unhelpfulCount: voted.unhelpfulCount }
  }

  /** One review: if it is approved, if it is the actor's own, or for staff, with what each may see of it. @throws NOT_FOUND */
  async get(params: OfReviewInput): Promise<ReviewView | OwnReviewView | StaffReviewView> {
    const { actor, reviewId } = parseInput(ofReviewInput, params)
    const owner = ownerFilter(actor)
    const review = await this.#context.storage.snapshot(
      this.#context.clock.now(),
      (snapshot) => snapshot.reviews.find({ reviewId: reviewId as ReviewId, owner }),
      { fresh: owner.type !== 'guest' },
    )
    return reviewFor(actor, review ?? missing())
  }

  /**
   * One page of a product's approved reviews.
   *
   * @param params.sort - default `newest`; `helpful` goes by helpful votes. Equals follow the newest first, in `lowest` the oldest first.
   * @param params.verified - only reviews whose purchase is verified, or only the others.
   * @param params.limit - default 20, at most 100.
   * @throws INVALID_INPUT, also for an `after` that is no cursor of this sort
   */
  async list(params: ListReviewsInput): Promise<Page<ReviewView>> {
    const { productId, sort, rating, verified, limit, after } = parseInput(listReviewsInput, params)
    const filter = { productId: productId as ProductId, status: 'approved', ...given({ rating, verified }) } as const
    return this.#page({ filter, order: sort, limit, ...given({ after }) }, shownReview, false)
  }

  /** What a product's approved reviews come to: how many, their mean, how many gave how many stars. All zero for a product without any, or that does not exist. */
  async summary(params: ReviewSummaryInput): Promise<RatingSummary> {
    const { productId } = parseInput(reviewSummaryInput, params)
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.reviews.summary({ productId: productId as ProductId }))
  }

  /** The customer's own reviews in every state, newest first; of one product, if asked for, which are one at most. @throws FORBIDDEN for others than customers */
  async mine(params: MyReviewsInput): Promise<Page<OwnReviewView>> {
    const { actor, productId, limit, after } = parseInput(myReviewsInput, params)
    const filter = { customerId: requireCustomer(actor), ...given({ productId: productId as ProductId | undefined }) }
    return this.#page({ filter, order: 'newest', limit, ...given({ after }) }, ownReview, true)
  }

  /**
   * Decides about a review. To reject one that was approved hides it. Saying the same again does nothing more. Staff only.
   *
   * @param params.reason - shown to its author; `note` is not.
   * @throws NOT_FOUND, FORBIDDEN, ILLEGAL_TRANSITION for one that was withdrawn
   */
  async moderate(params: ModerateReviewInput): Promise<StaffReviewView> {
    const { actor, reviewId, ...rest } = parseInput(moderateReviewInput, params)
    requireStaff(actor)
    const decision = rest.decision === 'approve' ? rest : { ...rest, note: rest.note ?? null }
    const by = actor.type === 'admin' ? actor.id : null
    return staffReview(
      await this.#changing(actor, reviewId, (tx, review) => saveReview(this.#context, tx, 'moderated', review, moderatedReview(review, decision, by, tx.now))),
    )
  }

  /** Answers a review in public, in place of the answer before; null takes it away. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async reply(params: ReplyReviewInput): Promise<StaffReviewView> {
    const { actor, reviewId, body } = parseInput(replyReviewInput, params)
    requireStaff(actor)
    const by = actor.type === 'admin' ? actor.id : actor.type
    return staffReview(
      await this.#changing(actor, reviewId, (tx, review) => {
        const reply = body === null ? null : { body, by, at: tx.now }
        return saveReview(this.#context, tx, 'replied', review, repliedReview(review, reply, tx.now))
      }),
    )
  }

  /** What staff should look at, whoever has waited longest first. Staff only. @throws FORBIDDEN */
  async queue(params: ReviewQueueInput): Promise<Page<StaffReviewView>> {
    const { actor, productId, limit, after } = parseInput(reviewQueueInput, params)
    requireStaff(actor)
    const filter = given({ productId: productId as ProductId | undefined })
    return this.#page({ filter, order: 'waiting', limit, ...given({ after }) }, staffReview, true)
  }

  /** Every review, newest first, or those of one state, product or customer. Staff only. @throws FORBIDDEN */
  async all(params: AllReviewsInput): Promise<Page<StaffReviewView>> {
    const { actor, limit, after, ...filter } = parseInput(allReviewsInput, params)
    requireStaff(actor)
    return this.#page({ filter: given(filter) as ReviewListQuery['filter'], order: 'newest', limit, ...given({ after }) }, staffReview, true)
  }

  /** @throws PURCHASE_REQUIRED */
  async #purchase(tx: StorageTransaction, customerId: CustomerId, productId: ProductId) {
    const orderLineId = (await tx.reviews.purchaseOf({ customerId, productId })) ?? null
    if (orderLineId === null && this.#context.reviews.verifiedOnly) throw new CommerceError('PURCHASE_REQUIRED', { details: { productId } })
    return orderLineId
  }

  /** Runs a change of a review that is locked, and lets the cache forget the product whose rating it moved. @throws NOT_FOUND for a customer's who did not write it */
  async #changing(actor: Actor, reviewId: string, change: (tx: StorageTransaction, review: Review) => Promise<WrittenReview>): Promise<Review> {
    const { review, ratedHandle } = await this.#context.storage.transaction(this.#context.clock.now(), async (tx) => {
      const locked = await tx.reviews.lock({ reviewId: reviewId as ReviewId })
      if (locked === undefined || (actor.type === 'customer' && locked.customerId !== actor.customerId)) return missing()
      return change(tx, locked)
    })
    await this.#forget(ratedHandle)
    return review
  }

  async #page<View>(query: ReviewListQuery, view: (review: Review) => View, fresh: boolean): Promise<Page<View>> {
    const { items, next } = await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.reviews.list(query), { fresh })
    return { items: items.map(view), next }
  }

  async #forget(ratedHandle: string | undefined): Promise<void> {
    if (ratedHandle !== undefined) await this.#cache?.forget([ratedHandle])
  }
}

/** @throws FORBIDDEN for guests, whose tokens anybody can have as many of as they like, and for staff, who have no opinion of their own here */
function requireCustomer(actor: Actor): CustomerId {
  if (actor.type !== 'customer') throw new CommerceError('FORBIDDEN', { details: { required: 'customer' } })
  return actor.customerId as CustomerId
}

/** The members that have a value. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

function notFound(object: 'product' | 'review'): CommerceError {
  return new CommerceError('NOT_FOUND', { details: { object } })
}

function missing(): never {
  throw notFound('review')
}
