import type { Order, OrderLineId, Rating, Review, ReviewListQuery, ReviewOrder } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { boughtLine, customer, findReview, insertedReview, storedProductId } from './stored-reviews.ts'

export function readingBehaviour(options: StorageSuiteOptions): void {
  describe('finding', () => {
    const storage = testStorage(options)

    it('shows everybody what is approved, and the rest to its author and to staff', async () => {
      const productId = await storedProductId(storage())
      const { id } = await insertedReview(storage(), productId)
      const waiting = await insertedReview(storage(), productId, { customerId: customer('eve'), status: 'pending', queuedAt: moment(0) })
      const owners = [
        { type: 'any' },
        { type: 'customer', customerId: customer('eve') },
        { type: 'customer', customerId: customer('bob') },
        { type: 'guest', tokenHash: 'eve' },
      ] as const
      const seen = async (reviewId: Review['id']) => Promise.all(owners.map(async (owner) => (await findReview(storage(), reviewId, owner)) !== undefined))
      expect(await seen(id)).toEqual([true, true, true, true])
      expect(await seen(waiting.id)).toEqual([true, true, false, false])
    })

    it('finds the oldest line of a paid order with the product, and no other', async () => {
      const [mug, pot] = [await storedProductId(storage(), 'mug'), await storedProductId(storage(), 'pot')]
      const find = (name: string, productId = mug): Promise<OrderLineId | undefined> =>
        storage().snapshot(at(0), (snapshot) => snapshot.reviews.purchaseOf({ customerId: customer(name), productId }), { fresh: true })
      const noProof: readonly Partial<Order>[] = [
        { status: 'pending', paymentStatus: 'pending', expiresAt: moment(1) },
        { status: 'cancelled' },
        { paymentStatus: 'authorised' },
        { paymentStatus: 'refunded' },
        { paymentStatus: 'review' },
        { customerId: null, guestTokenHash: 'ada' },
        { customerId: customer('eve') },
      ]
      for (const order of noProof) await boughtLine(storage(), mug, order)
      expect(await find('ada')).toBeUndefined()
      await boughtLine(storage(), mug, { placedAt: moment(9) })
      const older = await boughtLine(storage(), mug, { placedAt: moment(5), paymentStatus: 'partially_refunded' })
      expect(await find('ada')).toBe(older)
      expect(await find('ada', pot)).toBeUndefined()
      const free = { paymentStatus: 'none', subtotalMinor: 0, shippingMinor: 0, totalMinor: 0, customerId: customer('bob') } as const
      const given = await boughtLine(storage(), pot, free, { unitMinor: 0, totalMinor: 0 })
      expect(await find('bob', pot)).toBe(given)
    })
  })

  describe('listing', () => {
    const storage = testStorage(options)
    const list = (query: Partial<ReviewListQuery>) =>
      storage().snapshot(at(0), (snapshot) => snapshot.reviews.list({ filter: {}, order: 'newest', limit: 100, ...query }), { fresh: true })

    /** Twelve reviews of one product, with equal times, stars and votes among them, and one of another product. */
    async function twelve(): Promise<readonly Review[]> {
      const [productId, other] = [await storedProductId(storage(), 'mug'), await storedProductId(storage(), 'pot')]
      await insertedReview(storage(), other)
      const reviews: Review[] = []
      for (let n = 0; n < 12; n += 1) {
        const rating = ((n % 5) + 1) as Rating
        const review = await insertedReview(storage(), productId, { customerId: customer(`c${n}`), rating, createdAt: moment(n - (n % 2)) })
        const helpfulCount = n % 3
        for (let votes = 0; votes < helpfulCount; votes += 1) {
          await storage().transaction(at(0), (tx) => tx.reviews.vote({ reviewId: review.id, customerId: customer(`voter-${votes}`), helpful: true }))
        }
        reviews.push({ ...review, helpfulCount })
      }
      return reviews
    }

    const keys: Readonly<Record<Exclude<ReviewOrder, 'waiting'>, (review: Review) => number>> = {
      newest: (review) => -review.createdAt.getTime(),
      helpful: (review) => -review.helpfulCount,
      highest: (review) => -review.rating,
      lowest: (review) => review.rating,
    }

    it.each(Object.keys(keys) as (keyof typeof keys)[])('shows every review once, in order, in pages of 5: %s', async (order) => {
      const reviews = await twelve()
      const filter = { productId: reviews[0]?.productId ?? ids.next(), status: 'approved' } as const
      const seen: Review[] = []
      const sizes: number[] = []
      for (let after: string | null | undefined; after !== null; ) {
        const page = await list({ filter, order, limit: 5, ...(after === undefined ? {} : { after }) })
        seen.push(...page.items)
        sizes.push(page.items.length)
        after = page.next
      }
      expect(sizes).toEqual([5, 5, 2])
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(reviews.map(({ id }) => id)))
      const found = seen.map(keys[order])
      expect(found).toEqual([...found].sort((a, b) => a - b))
      expect(seen).toEqual((await list({ filter, order })).items)
    })

    it('leaves out what was not asked for', async () => {
      const productId = await storedProductId(storage())
      const orderLineId = await boughtLine(storage(), productId)
      const verified = await insertedReview(storage(), productId, { orderLineId, rating: 5 })
      const plain = await insertedReview(storage(), productId, { customerId: customer('eve'), rating: 5, createdAt: moment(1) })
      const hidden = { status: 'hidden', refusal: { reason: 'fake', note: null } } as const
      const refused = await insertedReview(storage(), productId, { customerId: customer('bob'), createdAt: moment(2), ...hidden })
      const found = async (filter: ReviewListQuery['filter']) => (await list({ filter })).items.map(({ id }) => id)
      expect(await found({})).toEqual([refused.id, plain.id, verified.id])
      expect(await found({ status: 'hidden' })).toEqual([refused.id])
      expect(await found({ customerId: customer('eve') })).toEqual([plain.id])
      expect(await found({ rating: 5 })).toEqual([plain.id, verified.id])
      expect(await found({ rating: 4 })).toEqual([])
      expect(await found({ productId, status: 'approved', verified: true })).toEqual([verified.id])
      expect(await found({ productId, status: 'approved', verified: false })).toEqual([plain.id])
      expect(await found({ productId: ids.next() })).toEqual([])
    })

    it('has those first that have waited longest, and nobody who does not wait', async () => {
      const productId = await storedProductId(storage())
      const waiting = async (name: string, ms: number, status: 'pending' | 'approved' = 'pending') =>
        (await insertedReview(storage(), productId, { customerId: customer(name), status, queuedAt: moment(ms), createdAt: moment(10 - ms) })).id
      const order = [await waiting('a', 1), await waiting('b', 2, 'approved'), await waiting('c', 3)]
      await insertedReview(storage(), productId)
      const first = await list({ order: 'waiting', limit: 2 })
      const rest = await list({ order: 'waiting', limit: 2, after: first.next ?? '' })
      expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(order)
      expect(rest.next).toBeNull()
    })

    it('refuses what is no cursor of this order', async () => {
      const reviews = await twelve()
      const { next } = await list({ limit: 1 })
      const filter = { productId: reviews[0]?.productId ?? ids.next() }
      for (const after of ['', 'nonsense', '~~', 'a'.repeat(400)]) await expect(list({ after })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
      await expect(list({ filter, order: 'helpful', after: next ?? '' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })
  })
}
