import type {
  CustomerId,
  Order,
  OrderLine,
  OrderLineId,
  OwnerFilter,
  ProductId,
  Rating,
  RatingSummary,
  Review,
  ReviewId,
  Stars,
  Storage,
} from '@cartwright/core/ports'
import { aDraft, upsert } from '../catalog/stored-products.ts'
import { anOrderLine, ids } from '../fixtures.ts'
import { at, start } from '../moments.ts'
import { insertedOrder } from '../order/stored-orders.ts'

export const customer = (name: string) => name as CustomerId

/** An approved review by `ada` with three stars, unless told otherwise. */
export function aReview(productId: ProductId, overrides: Partial<Review> = {}): Review {
  return {
    id: ids.next<ReviewId>(),
    productId,
    customerId: customer('ada'),
    orderLineId: null,
    rating: 3,
    title: 'Good “value” ☕',
    body: 'Two lines\n<b>of text</b>',
    displayName: 'Ada L.',
    status: 'approved',
    queuedAt: null,
    refusal: null,
    moderatedBy: null,
    reply: null,
    helpfulCount: 0,
    unhelpfulCount: 0,
    createdAt: start,
    editedAt: null,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

export async function storedProductId(storage: Storage, handle = 'mug'): Promise<ProductId> {
  const [product] = await upsert(storage, [aDraft(handle)])
  if (product === undefined) throw new Error('no product was written')
  return product.productId
}

export function insertReview(storage: Storage, review: Review): Promise<'inserted' | 'exists'> {
  return storage.transaction(at(0), (tx) => tx.reviews.insert(review))
}

export async function insertedReview(storage: Storage, productId: ProductId, overrides: Partial<Review> = {}): Promise<Review> {
  const review = aReview(productId, overrides)
  await insertReview(storage, review)
  return review
}

export function findReview(storage: Storage, reviewId: ReviewId, owner: OwnerFilter = { type: 'any' }): Promise<Review | undefined> {
  return storage.snapshot(at(0), (snapshot) => snapshot.reviews.find({ reviewId, owner }), { fresh: true })
}

export function summary(storage: Storage, productId: ProductId): Promise<RatingSummary> {
  return storage.snapshot(at(0), (snapshot) => snapshot.reviews.summary({ productId }), { fresh: true })
}

export function countRating(storage: Storage, productId: ProductId, stars: Stars) {
  return storage.transaction(at(0), (tx) => tx.reviews.countRating({ productId, stars }))
}

/** One review more or less with so many stars. */
export function star(rating: Rating, by: 1 | -1 = 1): Stars {
  return [1, 2, 3, 4, 5].map((stars) => (stars === rating ? by : 0)) as unknown as Stars
}

/** An order of one line with the product; confirmed and paid unless told otherwise. */
export async function boughtLine(storage: Storage, productId: ProductId, order: Partial<Order> = {}, line: Partial<OrderLine> = {}): Promise<OrderLineId> {
  const bought = anOrderLine({ productId, ...line })
  await insertedOrder(storage, { customerId: customer('ada'), status: 'confirmed', paymentStatus: 'paid', expiresAt: null, lines: [bought], ...order })
  return bought.id
}
