import type { Rating } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aDraft, listed, storedProduct, upsert } from '../catalog/stored-products.ts'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { countRating, customer, findReview, insertedReview, star, storedProductId, summary } from './stored-reviews.ts'

export function countingBehaviour(options: StorageSuiteOptions): void {
  describe('ratings', () => {
    const storage = testStorage(options)

    it('are what the stars come to, in the summary and on the product, which listings go by', async () => {
      const [mug, pot] = [await storedProductId(storage(), 'mug'), await storedProductId(storage(), 'pot')]
      expect(await summary(storage(), mug)).toEqual({ average: null, count: 0, stars: [0, 0, 0, 0, 0] })
      expect(await countRating(storage(), mug, star(5))).toEqual({ version: 2, handle: 'mug' })
      expect(await countRating(storage(), mug, star(4))).toEqual({ version: 3, handle: 'mug' })
      expect(await countRating(storage(), mug, [1, 0, 0, -1, 0])).toEqual({ version: 4, handle: 'mug' })
      await countRating(storage(), pot, star(4))
      expect(await summary(storage(), mug)).toEqual({ average: 3, count: 2, stars: [1, 0, 0, 0, 1] })
      expect(await storedProduct(storage(), 'mug')).toMatchObject({ ratingAverage: 3, ratingCount: 2, version: 4 })
      expect((await listed(storage(), { sort: 'rating' })).items.map(({ handle }) => handle)).toEqual(['pot', 'mug'])
    })

    it('end with the last review', async () => {
      const mug = await storedProductId(storage())
      await countRating(storage(), mug, star(2))
      await countRating(storage(), mug, star(2, -1))
      expect(await summary(storage(), mug)).toEqual({ average: null, count: 0, stars: [0, 0, 0, 0, 0] })
      expect(await storedProduct(storage(), 'mug')).toMatchObject({ ratingAverage: null, ratingCount: 0 })
    })

    it('never fall below nothing, and are of products that there are', async () => {
      const mug = await storedProductId(storage())
      await expect(countRating(storage(), mug, star(2, -1))).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
      expect(await countRating(storage(), ids.next(), star(2))).toBeUndefined()
    })

    it('add up when sixteen meet', async () => {
      const mug = await storedProductId(storage())
      const other = await storage.another()
      const ratings = Array.from({ length: 16 }, (_, index) => ((index % 5) + 1) as Rating)
      await Promise.all(ratings.map((rating, index) => countRating(index % 2 === 0 ? storage() : other, mug, star(rating))))
      const average = ratings.reduce((sum, rating) => sum + rating, 0) / 16
      expect(await summary(storage(), mug)).toEqual({ average, count: 16, stars: [4, 3, 3, 3, 3] })
      expect(await storedProduct(storage(), 'mug')).toMatchObject({ ratingAverage: average, ratingCount: 16, version: 17 })
    })

    it('stay when the product is imported again, which still finds nothing to do', async () => {
      const draft = aDraft('mug')
      const [first] = await upsert(storage(), [draft])
      await countRating(storage(), first?.productId ?? ids.next(), star(4))
      expect((await upsert(storage(), [draft]))[0]?.outcome).toBe('unchanged')
      expect((await upsert(storage(), [{ ...draft, title: 'Other', contentHash: 'other' }]))[0]?.outcome).toBe('updated')
      expect(await storedProduct(storage(), 'mug')).toMatchObject({ title: 'Other', ratingAverage: 4, ratingCount: 1, version: 3 })
    })
  })

  describe('votes', () => {
    const storage = testStorage(options)
    const vote = (reviewId: Awaited<ReturnType<typeof insertedReview>>['id'], customerId: string, helpful: boolean | null, on = storage()) =>
      on.transaction(at(0), (tx) => tx.reviews.vote({ reviewId, customerId: customer(customerId), helpful }))

    it('count once for each customer, who may think again', async () => {
      const { id } = await insertedReview(storage(), await storedProductId(storage()))
      const results = [
        await vote(id, 'eve', true),
        await vote(id, 'eve', true),
        await vote(id, 'bob', false),
        await vote(id, 'eve', false),
        await vote(id, 'bob', null),
        await vote(id, 'bob', null),
      ].map((result) => ('helpfulCount' in result ? [result.outcome, result.helpfulCount, result.unhelpfulCount] : result))
      expect(results).toEqual([
        ['counted', 1, 0],
        ['unchanged', 1, 0],
        ['counted', 1, 1],
        ['counted', 0, 2],
        ['counted', 0, 1],
        ['unchanged', 0, 1],
      ])
      expect(await findReview(storage(), id)).toMatchObject({ helpfulCount: 0, unhelpfulCount: 1, version: 1 })
    })

    it('are for what others wrote and is shown', async () => {
      const productId = await storedProductId(storage())
      const { id } = await insertedReview(storage(), productId)
      const hidden = await insertedReview(storage(), productId, { customerId: customer('eve'), status: 'pending', queuedAt: new Date(0) })
      expect(await vote(id, 'ada', true)).toEqual({ outcome: 'own' })
      expect(await vote(hidden.id, 'ada', true)).toEqual({ outcome: 'missing' })
      expect(await vote(ids.next(), 'ada', true)).toEqual({ outcome: 'missing' })
    })

    it('add up when sixteen meet, half of them of one customer', async () => {
      const { id } = await insertedReview(storage(), await storedProductId(storage()))
      const other = await storage.another()
      await Promise.all(Array.from({ length: 16 }, (_, index) => vote(id, index < 8 ? 'eve' : `voter-${index}`, true, index % 2 === 0 ? storage() : other)))
      expect(await findReview(storage(), id)).toMatchObject({ helpfulCount: 9, unhelpfulCount: 0 })
    })
  })
}
