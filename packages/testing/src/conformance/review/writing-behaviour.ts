import type { Review } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aReview, boughtLine, customer, findReview, insertedReview, insertReview, storedProductId } from './stored-reviews.ts'

export function writingBehaviour(options: StorageSuiteOptions): void {
  describe('writing', () => {
    const storage = testStorage(options)
    const save = (review: Review, expectedVersion: number) => storage().transaction(at(0), (tx) => tx.reviews.save({ review, expectedVersion }))

    it('keeps a review as it was given, whatever it says', async () => {
      const productId = await storedProductId(storage())
      const bare = { title: null, body: null, displayName: null, rating: 1, customerId: customer('eve') } as const
      const refused = { status: 'rejected', refusal: { reason: 'spam', note: 'the third today' }, moderatedBy: 'ops', customerId: customer('mallory') } as const
      const answered = { reply: { body: 'Thank\nyou', by: 'ops', at: moment(3) }, editedAt: moment(2), updatedAt: moment(3), version: 4 }
      const reviews = [
        await insertedReview(storage(), productId, { ...answered, orderLineId: await boughtLine(storage(), productId) }),
        await insertedReview(storage(), productId, { ...bare, status: 'pending', queuedAt: moment(1) }),
        await insertedReview(storage(), productId, refused),
      ]
      for (const review of reviews) expect(await findReview(storage(), review.id)).toEqual(review)
    })

    it('keeps one review of a customer and a product, and the transaction goes on', async () => {
      const [mug, pot] = [await storedProductId(storage(), 'mug'), await storedProductId(storage(), 'pot')]
      const first = await insertedReview(storage(), mug)
      await storage().transaction(at(0), async (tx) => {
        expect(await tx.reviews.insert(aReview(mug, { rating: 1 }))).toBe('exists')
        expect(await tx.reviews.insert(aReview(pot))).toBe('inserted')
        expect(await tx.reviews.ofCustomer({ customerId: customer('ada'), productId: mug })).toEqual(first)
        expect(await tx.reviews.ofCustomer({ customerId: customer('eve'), productId: mug })).toBeUndefined()
      })
    })

    it('keeps one of eight that meet', async () => {
      const productId = await storedProductId(storage())
      const other = await storage.another()
      const results = await Promise.all(Array.from({ length: 8 }, (_, index) => insertReview(index % 2 === 0 ? storage() : other, aReview(productId))))
      expect(results.filter((result) => result === 'inserted')).toHaveLength(1)
    })

    it('saves everything but the votes, if nobody was there first', async () => {
      const productId = await storedProductId(storage())
      const review = await insertedReview(storage(), productId)
      await storage().transaction(at(0), (tx) => tx.reviews.vote({ reviewId: review.id, customerId: customer('eve'), helpful: true }))
      const hidden: Review = {
        ...review,
        status: 'hidden',
        refusal: { reason: 'off_topic', note: null },
        moderatedBy: 'ops',
        rating: 5,
        title: null,
        updatedAt: moment(9),
        version: 2,
      }
      expect(await save(hidden, 1)).toBe('saved')
      expect(await save({ ...hidden, status: 'approved' }, 1)).toBe('stale')
      expect(await findReview(storage(), review.id)).toEqual({ ...hidden, helpfulCount: 1 })
    })

    it('removes a review with its votes, if nobody was there first; its author may then write another', async () => {
      const productId = await storedProductId(storage())
      const review = await insertedReview(storage(), productId)
      await storage().transaction(at(0), (tx) => tx.reviews.vote({ reviewId: review.id, customerId: customer('eve'), helpful: true }))
      const remove = (expectedVersion: number) => storage().transaction(at(0), (tx) => tx.reviews.delete({ reviewId: review.id, expectedVersion }))
      expect([await remove(2), await remove(1), await remove(1)]).toEqual(['stale', 'deleted', 'stale'])
      expect(await findReview(storage(), review.id)).toBeUndefined()
      expect(await insertReview(storage(), { ...review, id: ids.next() })).toBe('inserted')
    })

    it('takes a customer out: no author, no name, votes under a pseudonym that still count once', async () => {
      const [mug, pot] = [await storedProductId(storage(), 'mug'), await storedProductId(storage(), 'pot')]
      const own = [await insertedReview(storage(), mug), await insertedReview(storage(), pot)]
      const other = await insertedReview(storage(), mug, { customerId: customer('eve') })
      const vote = (customerId: string, helpful: boolean | null) =>
        storage().transaction(at(0), (tx) => tx.reviews.vote({ reviewId: other.id, customerId: customer(customerId), helpful }))
      await vote('ada', true)
      const forget = (pseudonym: string) =>
        storage().transaction(at(0), (tx) => tx.reviews.forgetCustomer({ customerId: customer('ada'), pseudonym: customer(pseudonym) }))
      expect([await forget('gone-1'), await forget('gone-2')]).toEqual([2, 0])
      for (const review of own) expect(await findReview(storage(), review.id)).toMatchObject({ ...review, customerId: null, displayName: null, version: 2 })
      expect(await findReview(storage(), other.id)).toEqual({ ...other, helpfulCount: 1 })
      expect(await vote('ada', true)).toMatchObject({ outcome: 'counted', helpfulCount: 2 })
      expect(await vote('gone-1', null)).toMatchObject({ outcome: 'counted', helpfulCount: 1 })
      expect(await insertReview(storage(), aReview(mug))).toBe('inserted')
    })
  })
}
