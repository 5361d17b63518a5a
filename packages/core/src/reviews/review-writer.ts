import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { ReviewChange } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { type Review, starsChange } from './review.ts'

/** A review that was written, and the handle of its product if the product's rating moved with it. */
export interface WrittenReview {
  readonly review: Review
  readonly ratedHandle: string | undefined
}

/** Writes a new review, counts it and tells of it. @throws REVIEW_EXISTS when the customer has reviewed the product */
export async function insertReview(context: Context, tx: StorageTransaction, review: Review): Promise<WrittenReview> {
  if ((await tx.reviews.insert(review)) === 'exists') {
    const { customerId, productId } = review
    const known = customerId === null ? undefined : await tx.reviews.ofCustomer({ customerId, productId })
    throw new CommerceError('REVIEW_EXISTS', { details: { reviewId: known?.id ?? null } })
  }
  return { review, ratedHandle: await tell(context, tx, 'submitted', undefined, review) }
}

/** Saves a review that was locked, counts it anew and tells of it. Does nothing when `after` is `before`. */
export async function saveReview(context: Context, tx: StorageTransaction, change: ReviewChange, before: Review, after: Review): Promise<WrittenReview> {
  if (after === before) return { review: before, ratedHandle: undefined }
  if ((await tx.reviews.save({ review: after, expectedVersion: before.version })) === 'stale') throw conflict()
  return { review: after, ratedHandle: await tell(context, tx, change, before, after) }
}

/** Removes a review that was locked. */
export async function deleteReview(context: Context, tx: StorageTransaction, review: Review): Promise<WrittenReview> {
  if ((await tx.reviews.delete({ reviewId: review.id, expectedVersion: review.version })) === 'stale') throw conflict()
  return { review, ratedHandle: await tell(context, tx, 'deleted', review, undefined) }
}

/** The events of a change, and what the product's rating becomes by it. @returns the product's handle if its rating moved */
async function tell(
  context: Context,
  tx: StorageTransaction,
  change: ReviewChange,
  before: Review | undefined,
  after: Review | undefined,
): Promise<string | undefined> {
  const review = after ?? before
  if (review === undefined) return undefined
  const { id: reviewId, productId, status } = review
  const aggregateVersion = after?.version ?? review.version + 1
  const changed = makeEvent(
    context,
    tx.now,
    'review.changed',
    { aggregateType: 'review', aggregateId: reviewId, aggregateVersion },
    { reviewId, productId, status, change },
  )
  const stars = starsChange(before, after)
  if (stars === undefined) {
    await tx.outbox.append([changed])
    return undefined
  }
  const rated = await tx.reviews.countRating({ productId, stars })
  if (rated === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'product' } })
  const { handle, version } = rated
  const subject = { aggregateType: 'product', aggregateId: productId, aggregateVersion: version } as const
  await tx.outbox.append([changed, makeEvent(context, tx.now, 'product.changed', subject, { handle, change: 'rating' })])
  return handle
}

function conflict(): CommerceError {
  return new CommerceError('CONFLICT', { details: { object: 'review' } })
}
