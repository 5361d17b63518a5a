import { CommerceError } from '../errors.ts'
import type { CustomerId, OrderLineId, ProductId, ReviewId } from '../ids.ts'
import { transition } from '../transition-table.ts'
import { type ReviewStatus, type ReviewStep, reviewMachine } from './review-machine.ts'

/** Stars, the more the better. */
export type Rating = 1 | 2 | 3 | 4 | 5

/** Why staff refused a review; its author is shown it. */
export type ReviewReason = 'off_topic' | 'offensive' | 'personal_data' | 'spam' | 'fake' | 'illegal' | 'other'

export interface ReviewRefusal {
  readonly reason: ReviewReason
  /** For staff only. */
  readonly note: string | null
}

/** What the shop answers to a review, in public. */
export interface ReviewReply {
  readonly body: string
  /** The id of the admin who wrote it last. */
  readonly by: string
  readonly at: Date
}

/** What the author of a review says. Text is text: nothing in it is read as HTML, and whoever shows it must escape it. */
export interface ReviewContent {
  readonly rating: Rating
  readonly title: string | null
  readonly body: string | null
  /** Under what name it is shown. */
  readonly displayName: string | null
}

/** What one customer thinks of one product. */
export interface Review extends ReviewContent {
  readonly id: ReviewId
  readonly productId: ProductId
  /** Null once the customer was erased. */
  readonly customerId: CustomerId | null
  /** The line of the author's paid order that had the product, found when the review was written; null: the purchase is not verified. */
  readonly orderLineId: OrderLineId | null
  readonly status: ReviewStatus
  /** Since when staff should look at it; null when they have. */
  readonly queuedAt: Date | null
  /** The last refusal by staff, until they approve. */
  readonly refusal: ReviewRefusal | null
  /** The id of whoever of the staff decided last. */
  readonly moderatedBy: string | null
  readonly reply: ReviewReply | null
  readonly helpfulCount: number
  readonly unhelpfulCount: number
  readonly createdAt: Date
  /** When its author last changed it. */
  readonly editedAt: Date | null
  readonly updatedAt: Date
  /** Grows by one with each change; votes are none. */
  readonly version: number
}

/** How many approved reviews gave one star, two, three, four, five. */
export type Stars = readonly [number, number, number, number, number]

/** What the approved reviews of a product come to. */
export interface RatingSummary {
  /** Mean, 1 to 5; null without any. */
  readonly average: number | null
  readonly count: number
  readonly stars: Stars
}

/** How a shop handles reviews. */
export interface ReviewRules {
  /** When staff look at a review: before it is shown, after, or only when they please. @default 'before' */
  readonly moderation: 'before' | 'after' | 'none'
  /** Whether only those who have bought a product may review it. @default false */
  readonly verifiedOnly: boolean
}

/** A decision of staff about a review. */
export type ReviewDecision = { readonly decision: 'approve' } | ({ readonly decision: 'reject' } & ReviewRefusal)

/** A review that was written now. */
export function writtenReview(
  written: ReviewContent & Pick<Review, 'id' | 'productId' | 'orderLineId'> & { readonly customerId: CustomerId },
  { moderation }: ReviewRules,
  now: Date,
): Review {
  return {
    ...written,
    status: moderation === 'before' ? 'pending' : step('pending', 'approve'),
    queuedAt: moderation === 'none' ? null : now,
    refusal: null,
    moderatedBy: null,
    reply: null,
    helpfulCount: 0,
    unhelpfulCount: 0,
    createdAt: now,
    editedAt: null,
    updatedAt: now,
    version: 1,
  }
}

/** A review that its author has written anew. What is not shown now is not shown again before staff have seen it, however the shop moderates. */
export function revisedReview(review: Review, change: Partial<ReviewContent> & Pick<Review, 'orderLineId'>, { moderation }: ReviewRules, now: Date): Review {
  const stays = review.status === 'approved' && moderation !== 'before'
  const queuedAt = stays && moderation === 'none' ? review.queuedAt : (review.queuedAt ?? now)
  return changed(review, { ...change, status: step(review.status, stays ? 'amend' : 'revise'), queuedAt, editedAt: now }, now)
}

/** A review that its author has taken back. */
export function withdrawnReview(review: Review, now: Date): Review {
  return changed(review, { status: step(review.status, 'withdraw'), queuedAt: null }, now)
}

/** A review after a decision of staff; the same object when it says nothing new. */
export function moderatedReview(review: Review, { decision, ...refused }: ReviewDecision, by: string | null, now: Date): Review {
  const refusal = 'reason' in refused ? { reason: refused.reason, note: refused.note } : null
  const wasShown = review.status === 'approved' || review.status === 'hidden'
  const status = step(review.status, decision === 'approve' ? 'approve' : wasShown ? 'hide' : 'reject')
  const isKnown = status === review.status && review.queuedAt === null && refusal?.reason === review.refusal?.reason && refusal?.note === review.refusal?.note
  return isKnown ? review : changed(review, { status, queuedAt: null, refusal, moderatedBy: by }, now)
}

/** A review with another reply, or none. */
export function repliedReview(review: Review, reply: ReviewReply | null, now: Date): Review {
  return changed(review, { reply }, now)
}

/** @throws ILLEGAL_TRANSITION for its author while a refusal by staff stands: who deletes such a review could write it again as if nothing had been. */
export function requireDeletable({ status, refusal }: Review, isStaff: boolean): void {
  if (isStaff || refusal === null) return
  throw new CommerceError('ILLEGAL_TRANSITION', { details: { machine: reviewMachine.name, from: status, event: 'delete' } })
}

/** By how many reviews each number of stars changes; undefined when none does. */
export function starsChange(before: Review | undefined, after: Review | undefined): Stars | undefined {
  const change: [number, number, number, number, number] = [0, 0, 0, 0, 0]
  if (before?.status === 'approved') change[star(before)] -= 1
  if (after?.status === 'approved') change[star(after)] += 1
  return change.some((count) => count !== 0) ? change : undefined
}

export function summaryOf(stars: Stars): RatingSummary {
  const count = stars.reduce((sum, reviews) => sum + reviews, 0)
  const points = stars.reduce((sum, reviews, index) => sum + reviews * (index + 1), 0)
  return { average: count === 0 ? null : points / count, count, stars }
}

function star({ rating }: Review): 0 | 1 | 2 | 3 | 4 {
  return (rating - 1) as 0 | 1 | 2 | 3 | 4
}

function step(from: ReviewStatus, event: ReviewStep): ReviewStatus {
  return transition(reviewMachine, from, event)
}

function changed(review: Review, change: Partial<Review>, now: Date): Review {
  return { ...review, ...change, updatedAt: now, version: review.version + 1 }
}
