import { describe, expect, it } from 'vitest'
import { buyAs, customer, reviewShop } from '../../test/review-shop.ts'
import { expectSound, quotedCart, staff } from '../../test/test-shop.ts'
import type { ReviewRules } from './review.ts'

const text = 'Keeps tea hot.\n<script>alert(1)</script> & that is text.'

describe('writing a review', () => {
  it('takes what the customer says as it is, and shows it once staff approve', async () => {
    const { commerce, productId, approve } = await reviewShop()
    const { reviews } = commerce
    const actor = customer('ada')
    const own = await reviews.submit({ actor, productId, rating: 5, title: 'Hot', body: text.replace('\n', '\r\n'), displayName: 'Ada L.' })
    expect(own).toMatchObject({ status: 'pending', reason: null, rating: 5, title: 'Hot', body: text, displayName: 'Ada L.', verifiedPurchase: false })
    expect(await reviews.list({ productId })).toEqual({ items: [], next: null })
    expect(await reviews.summary({ productId })).toEqual({ average: null, count: 0, stars: [0, 0, 0, 0, 0] })
    await approve(own.id)
    const [shown] = (await reviews.list({ productId })).items
    expect(shown).toEqual({
      id: own.id,
      productId,
      rating: 5,
      title: 'Hot',
      body: text,
      displayName: 'Ada L.',
      verifiedPurchase: false,
      helpfulCount: 0,
      unhelpfulCount: 0,
      reply: null,
      createdAt: own.createdAt,
      editedAt: null,
    })
    expect(await reviews.summary({ productId })).toEqual({ average: 5, count: 1, stars: [0, 0, 0, 0, 1] })
    await expectSound(commerce)
  })

  it('is done once for a customer and a product', async () => {
    const { commerce, review } = await reviewShop()
    const { id } = await review('ada', 5)
    await expect(review('ada', 1)).rejects.toMatchObject({ code: 'REVIEW_EXISTS', details: { reviewId: id } })
    expect(await commerce.reviews.submit({ actor: customer('ada'), handle: 'tee', rating: 4 })).toMatchObject({ rating: 4 })
    expect(await review('eve', 1)).toMatchObject({ rating: 1 })
  })

  it('answers a repeated key with the same review, as it has become', async () => {
    const { commerce, approve } = await reviewShop()
    const call = { actor: customer('ada'), handle: 'mug', rating: 5, idempotencyKey: 'k' } as const
    const first = await commerce.reviews.submit(call)
    await approve(first.id)
    expect(await commerce.reviews.submit(call)).toEqual({ ...first, status: 'approved' })
    await expect(commerce.reviews.submit({ ...call, rating: 4 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect((await commerce.reviews.mine({ actor: customer('ada') })).items).toHaveLength(1)
  })

  it('is of a product that is on sale, by a customer', async () => {
    const { commerce, productId } = await reviewShop()
    const { actor: guest } = await quotedCart(commerce, { MUG: 1 })
    for (const actor of [guest, staff, { type: 'system' }] as const) {
      await expect(commerce.reviews.submit({ actor, productId, rating: 5 })).rejects.toMatchObject({ code: 'FORBIDDEN', details: { required: 'customer' } })
    }
    await commerce.catalog.archive({ productId })
    const actor = customer('ada')
    await expect(commerce.reviews.submit({ actor, productId, rating: 5 })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { object: 'product' } })
    await expect(commerce.reviews.submit({ actor, handle: 'nothing', rating: 5 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('refuses card numbers, blanks, control characters, half stars and texts that are too long', async () => {
    const { commerce } = await reviewShop()
    const call = { actor: customer('ada'), handle: 'mug', rating: 5 } as const
    const wrong = [
      { body: 'my card is 4242 4242\n4242 4242' },
      { title: '4242424242424242' },
      { body: ' \n ' },
      { body: 'a\u0000b' },
      { title: 'two\nlines' },
      { body: 'x'.repeat(10_001) },
      { title: 'x'.repeat(201) },
      { displayName: 'x'.repeat(101) },
      { rating: 4.5 },
      { rating: 0 },
      { rating: 6 },
      { rating: '5' },
      { verifiedPurchase: true },
    ]
    for (const change of wrong) {
      await expect(commerce.reviews.submit({ ...call, ...change } as never), JSON.stringify(change)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
  })
})

describe('a verified purchase', () => {
  it('is a paid order of the customer with any variant of the product, and its line is the proof', async () => {
    const { commerce, review } = await reviewShop()
    const { order } = await buyAs(commerce, 'ada', 'MUG')
    await buyAs(commerce, 'eve', 'TEE-S')
    await buyAs(commerce, 'bob', 'MUG', 'card_requires_action')
    await buyAs(commerce, 'cyd', 'MUG', 'card_ok', 'manual')
    const proofs = await Promise.all(
      ['ada', 'eve', 'bob', 'cyd'].map((name) => review(name, 5).then(({ id }) => commerce.reviews.get({ actor: staff, reviewId: id }))),
    )
    expect(proofs.map(({ verifiedPurchase }) => verifiedPurchase)).toEqual([true, false, false, false])
    expect(proofs[0]).toMatchObject({ orderLineId: order.lines[0]?.id })
    await expectSound(commerce)
  })

  it('is none once all the money went back, and stays what it was for a review of before', async () => {
    const { commerce, clock, review } = await reviewShop()
    const { order } = await buyAs(commerce, 'ada', 'MUG')
    const before = await review('ada', 5)
    const second = await buyAs(commerce, 'eve', 'MUG')
    for (const { id } of [order, second.order]) await commerce.orders.cancel({ actor: staff, orderId: id })
    clock.advance(3_600_000)
    await commerce.worker.runOnce()
    expect((await review('eve', 5)).verifiedPurchase).toBe(false)
    expect(await commerce.reviews.get({ actor: customer('ada'), reviewId: before.id })).toMatchObject({ verifiedPurchase: true })
    await expectSound(commerce)
  })

  it('is asked for by a shop that takes no other reviews, and made good by an edit', async () => {
    const { commerce, productId, review } = await reviewShop()
    const { id } = await review('ada', 3)
    await buyAs(commerce, 'ada', 'MUG')
    expect(await commerce.reviews.edit({ actor: customer('ada'), reviewId: id, rating: 4 })).toMatchObject({ verifiedPurchase: true, rating: 4 })
    const strict = await reviewShop({ reviews: { verifiedOnly: true } })
    await expect(strict.review('ada', 5)).rejects.toMatchObject({ code: 'PURCHASE_REQUIRED', details: { productId: strict.productId } })
    await buyAs(strict.commerce, 'ada', 'MUG')
    expect(await strict.review('ada', 5)).toMatchObject({ verifiedPurchase: true })
    expect(productId).not.toBe(strict.productId)
  })
})

describe('moderation', () => {
  it.each([
    ['before', [0, 0, 0, 0, 0], 1],
    ['after', [0, 0, 0, 1, 0], 1],
    ['none', [0, 0, 0, 1, 0], 0],
  ] as const)('%s: what is written counts %j, and %i waits for staff', async (moderation: ReviewRules['moderation'], counted, waiting) => {
    const { commerce, review, stars } = await reviewShop({ reviews: { moderation } })
    await review('ada', 4)
    expect(await stars()).toEqual(counted)
    expect((await commerce.reviews.queue({ actor: staff })).items).toHaveLength(waiting)
    await expectSound(commerce)
  })

  it('takes a refused review out of the rating, tells its author why, and staff what was noted', async () => {
    const { commerce, productId, shown, stars } = await reviewShop()
    const { reviews } = commerce
    const { id } = await shown('ada', 1)
    expect(await stars()).toEqual([1, 0, 0, 0, 0])
    const decision = { actor: staff, reviewId: id, decision: 'reject', reason: 'personal_data', note: 'names a neighbour' } as const
    expect(await reviews.moderate(decision)).toMatchObject({ status: 'hidden', reason: 'personal_data', note: 'names a neighbour', moderatedBy: staff.id })
    await reviews.moderate(decision)
    expect(await stars()).toEqual([0, 0, 0, 0, 0])
    expect((await reviews.list({ productId })).items).toEqual([])
    const own = await reviews.get({ actor: customer('ada'), reviewId: id })
    expect(own).toMatchObject({ status: 'hidden', reason: 'personal_data' })
    expect(own).not.toHaveProperty('note')
    await expectSound(commerce)
  })

  it('is asked for by every edit of a shop that looks before, and by none that changes what is shown elsewhere', async () => {
    const { commerce, shown, stars } = await reviewShop()
    const { id } = await shown('ada', 5)
    const edited = await commerce.reviews.edit({ actor: customer('ada'), reviewId: id, rating: 2, title: 'Broke', body: null })
    expect(edited).toMatchObject({ status: 'pending', rating: 2, title: 'Broke', body: null })
    expect(await stars()).toEqual([0, 0, 0, 0, 0])
    const open = await reviewShop({ reviews: { moderation: 'none' } })
    const own = await open.review('ada', 5)
    await open.commerce.reviews.edit({ actor: customer('ada'), reviewId: own.id, rating: 2 })
    expect(await open.stars()).toEqual([0, 1, 0, 0, 0])
    for (const shop of [commerce, open.commerce]) await expectSound(shop)
  })

  it('cannot be got round by writing a refused review anew', async () => {
    const { commerce, review, reject, stars } = await reviewShop({ reviews: { moderation: 'none' } })
    const { id: reviewId } = await review('ada', 5)
    const actor = customer('ada')
    await reject(reviewId)
    const refused = { code: 'ILLEGAL_TRANSITION' }
    await expect(commerce.reviews.withdraw({ actor, reviewId })).rejects.toMatchObject(refused)
    await expect(commerce.reviews.delete({ actor, reviewId })).rejects.toMatchObject(refused)
    expect(await commerce.reviews.edit({ actor, reviewId, body: 'Buy here!' })).toMatchObject({ status: 'pending', reason: 'spam' })
    await commerce.reviews.withdraw({ actor, reviewId })
    await expect(commerce.reviews.delete({ actor, reviewId })).rejects.toMatchObject(refused)
    expect(await stars()).toEqual([0, 0, 0, 0, 0])
    await commerce.reviews.delete({ actor: staff, reviewId })
    expect(await review('ada', 4)).toMatchObject({ status: 'approved' })
  })

  it('has a queue, the longest waiting first, of one product if asked for', async () => {
    const { commerce, clock, productId, review, approve } = await reviewShop()
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) {
      ids.push((await review(name, 3)).id)
      clock.advance(1_000)
    }
    const tee = await commerce.reviews.submit({ actor: customer('a'), handle: 'tee', rating: 3 })
    const queue = async (more = {}) => (await commerce.reviews.queue({ actor: staff, ...more })).items.map(({ id }) => id)
    expect(await queue()).toEqual([...ids, tee.id])
    expect(await queue({ productId })).toEqual(ids)
    await approve(ids[0] ?? '')
    expect(await queue({ limit: 1 })).toEqual([ids[1]])
    expect((await commerce.reviews.all({ actor: staff, status: 'approved' })).items.map(({ id }) => id)).toEqual([ids[0]])
    expect((await commerce.reviews.all({ actor: staff, customerId: 'a' })).items.map(({ id }) => id)).toEqual([tee.id, ids[0]])
  })
})

describe('taking a review back', () => {
  it('ends its being shown, until it has been handed in again and approved', async () => {
    const { commerce, shown, approve, stars } = await reviewShop({ reviews: { moderation: 'after' } })
    const { id: reviewId } = await shown('ada', 5)
    const actor = customer('ada')
    expect(await commerce.reviews.withdraw({ actor, reviewId })).toMatchObject({ status: 'withdrawn' })
    expect(await stars()).toEqual([0, 0, 0, 0, 0])
    await expect(approve(reviewId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    expect(await commerce.reviews.edit({ actor, reviewId })).toMatchObject({ status: 'pending' })
    await approve(reviewId)
    expect(await stars()).toEqual([0, 0, 0, 0, 1])
    await expectSound(commerce)
  })

  it('for good removes it with its votes, and leaves room for another', async () => {
    const { commerce, shown, review, stars } = await reviewShop()
    const { id: reviewId } = await shown('ada', 5)
    await commerce.reviews.vote({ actor: customer('eve'), reviewId, vote: 'helpful' })
    await commerce.reviews.delete({ actor: customer('ada'), reviewId })
    expect(await stars()).toEqual([0, 0, 0, 0, 0])
    await expect(commerce.reviews.get({ actor: staff, reviewId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await review('ada', 1)).toMatchObject({ status: 'pending' })
    await expectSound(commerce)
  })
})

describe('votes and replies', () => {
  it('count one vote for each customer, who may change it, and none of the author', async () => {
    const { commerce, productId, shown } = await reviewShop()
    const { reviews } = commerce
    const { id: reviewId } = await shown('ada', 4)
    const other = await shown('bob', 5)
    const vote = (name: string, vote: 'helpful' | 'unhelpful' | 'none') => reviews.vote({ actor: customer(name), reviewId, vote })
    expect(await vote('eve', 'helpful')).toEqual({ helpfulCount: 1, unhelpfulCount: 0 })
    expect(await vote('eve', 'helpful')).toEqual({ helpfulCount: 1, unhelpfulCount: 0 })
    expect(await vote('bob', 'unhelpful')).toEqual({ helpfulCount: 1, unhelpfulCount: 1 })
    expect(await vote('bob', 'none')).toEqual({ helpfulCount: 1, unhelpfulCount: 0 })
    await expect(vote('ada', 'helpful')).rejects.toMatchObject({ code: 'OWN_REVIEW' })
    expect((await reviews.list({ productId, sort: 'helpful' })).items.map(({ id }) => id)).toEqual([reviewId, other.id])
    expect((await reviews.list({ productId, sort: 'highest' })).items.map(({ id }) => id)).toEqual([other.id, reviewId])
    await expectSound(commerce)
  })

  it('are seen by all, who wrote a reply by staff only; null takes it away', async () => {
    const { commerce, productId, shown } = await reviewShop()
    const { id: reviewId } = await shown('ada', 2)
    const reply = (body: string | null) => commerce.reviews.reply({ actor: staff, reviewId, body })
    await reply('Sorry.')
    expect(await reply('We are sorry.\nA new lid is on its way.')).toMatchObject({ repliedBy: staff.id, status: 'approved' })
    const [seen] = (await commerce.reviews.list({ productId })).items
    expect(seen?.reply).toEqual({ body: 'We are sorry.\nA new lid is on its way.', at: expect.any(Date) })
    await reply(null)
    expect((await commerce.reviews.list({ productId })).items[0]?.reply).toBeNull()
  })
})

describe('what is told', () => {
  it('names the review, never what it says or who wrote it, and the product when its rating moves', async () => {
    const { commerce, productId } = await reviewShop()
    const heard: { readonly topic: string; readonly payload: object }[] = []
    commerce.events.subscribe({ name: 'all', from: 'tail', handle: async ({ topic, payload }) => void heard.push({ topic, payload }) })
    const { id: reviewId } = await commerce.reviews.submit({
      actor: customer('canary-customer'),
      productId,
      rating: 5,
      body: 'canary-body',
      displayName: 'canary-name',
    })
    await commerce.reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
    await commerce.reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
    await commerce.worker.runOnce({ jobs: ['relay'] })
    const ofReviews = heard.filter(({ topic, payload }) => topic === 'review.changed' || ('change' in payload && payload.change === 'rating'))
    expect(ofReviews).toEqual([
      { topic: 'review.changed', payload: { reviewId, productId, status: 'pending', change: 'submitted' } },
      { topic: 'review.changed', payload: { reviewId, productId, status: 'approved', change: 'moderated' } },
      { topic: 'product.changed', payload: { handle: 'mug', change: 'rating' } },
    ])
    expect(JSON.stringify(heard)).not.toContain('canary')
  })
})
