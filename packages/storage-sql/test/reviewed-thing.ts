import type { CustomerId, OrderLineId, ProductId, Review, ReviewId, StorageTransaction } from '@cartwright/core/ports'
import { nextId } from './small-shop.ts'

export interface Reviews {
  /** Five stars, shown, the purchase verified, found helpful by Eve. */
  readonly verified: Review
  /** Two stars, shown. */
  readonly plain: Review
  /** Waits for staff. */
  readonly waiting: Review
}

export async function thingId(tx: StorageTransaction): Promise<ProductId> {
  const product = await tx.catalog.findProduct({ handle: 'thing' })
  if (product === undefined) throw new Error('there is no thing')
  return product.id
}

function aReview(now: Date, productId: ProductId, customerId: string, more: Pick<Review, 'rating'> & Partial<Review>): Review {
  return {
    id: nextId<ReviewId>(),
    productId,
    customerId: customerId as CustomerId,
    orderLineId: null,
    title: null,
    body: 'Does what it should.',
    displayName: null,
    status: 'approved',
    queuedAt: null,
    refusal: null,
    moderatedBy: null,
    reply: null,
    helpfulCount: 0,
    unhelpfulCount: 0,
    createdAt: now,
    editedAt: null,
    updatedAt: now,
    version: 1,
    ...more,
  }
}

/** Three customers review the thing. @param orderLineId - Ada's proof */
export async function reviewThing(tx: StorageTransaction, orderLineId: OrderLineId): Promise<Reviews> {
  const productId = await thingId(tx)
  const verified = aReview(tx.now, productId, 'ada', { rating: 5, orderLineId })
  const plain = aReview(tx.now, productId, 'eve', { rating: 2 })
  const waiting = aReview(tx.now, productId, 'bob', { rating: 1, status: 'pending', queuedAt: tx.now })
  for (const review of [verified, plain, waiting]) await tx.reviews.insert(review)
  await tx.reviews.countRating({ productId, stars: [0, 1, 0, 0, 1] })
  await tx.reviews.vote({ reviewId: verified.id, customerId: 'eve' as CustomerId, helpful: true })
  return { verified, plain, waiting }
}
