import type { Actor } from '../actor.ts'
import type { Review, ReviewReason, ReviewRefusal } from './review.ts'
import type { ReviewStatus } from './review-machine.ts'

/** A review as everybody may see it. Its texts are plain text: escape them where HTML is made. */
export interface ReviewView extends Pick<Review, 'id' | 'productId' | 'rating' | 'title' | 'body' | 'displayName' | 'createdAt' | 'editedAt'> {
  /** Whether the shop knows the author to have bought the product. */
  readonly verifiedPurchase: boolean
  readonly helpfulCount: number
  readonly unhelpfulCount: number
  readonly reply: { readonly body: string; readonly at: Date } | null
}

/** What the author sees of it besides. */
export interface OwnReviewView extends ReviewView {
  readonly status: ReviewStatus
  /** Why staff refused it last, until they approve it. */
  readonly reason: ReviewReason | null
}

/** What staff see of it besides. */
export interface StaffReviewView extends OwnReviewView, Pick<Review, 'customerId' | 'orderLineId' | 'queuedAt' | 'moderatedBy' | 'updatedAt' | 'version'> {
  readonly note: ReviewRefusal['note']
  readonly repliedBy: string | null
}

export function shownReview(review: Review): ReviewView {
  const { id, productId, rating, title, body, displayName, orderLineId, helpfulCount, unhelpfulCount, reply, createdAt, editedAt } = review
  const shown = { id, productId, rating, title, body, displayName, helpfulCount, unhelpfulCount, createdAt, editedAt }
  return { ...shown, verifiedPurchase: orderLineId !== null, reply: reply === null ? null : { body: reply.body, at: reply.at } }
}

export function ownReview(review: Review): OwnReviewView {
  return { ...shownReview(review), status: review.status, reason: review.refusal?.reason ?? null }
}

export function staffReview(review: Review): StaffReviewView {
  const { customerId, orderLineId, queuedAt, moderatedBy, updatedAt, version, refusal, reply } = review
  return {
    ...ownReview(review),
    customerId,
    orderLineId,
    queuedAt,
    moderatedBy,
    updatedAt,
    version,
    note: refusal?.note ?? null,
    repliedBy: reply?.by ?? null,
  }
}

/** As much of a review as the actor may see. */
export function reviewFor(actor: Actor, review: Review): ReviewView | OwnReviewView | StaffReviewView {
  if (actor.type === 'admin' || actor.type === 'system') return staffReview(review)
  return actor.type === 'customer' && actor.customerId === review.customerId ? ownReview(review) : shownReview(review)
}
