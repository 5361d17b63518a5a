import { createCommerce } from '@cartwright/core'
import { describe, expect, it } from 'vitest'
import { cachedShops } from '../../test/cached-shops.ts'
import { customer, reviewShop } from '../../test/review-shop.ts'
import { staff } from '../../test/test-shop.ts'

describe('a rating', () => {
  it('is shown with the product and orders listings by it as soon as a review counts', async () => {
    const { commerce, shown, reject } = await reviewShop()
    const tee = await commerce.reviews.submit({ actor: customer('ada'), handle: 'tee', rating: 4 })
    await commerce.reviews.moderate({ actor: staff, reviewId: tee.id, decision: 'approve' })
    const rated = async () => (await commerce.catalog.list({ sort: 'rating' })).items.filter(({ ratingCount }) => ratingCount > 0).map(({ handle }) => handle)
    const first = await shown('ada', 5)
    await shown('eve', 4)
    expect(await commerce.catalog.get({ handle: 'mug' })).toMatchObject({ ratingAverage: 4.5, ratingCount: 2 })
    expect(await rated()).toEqual(['mug', 'tee'])
    await reject(first.id)
    await shown('bob', 1)
    expect(await commerce.catalog.get({ handle: 'mug' })).toMatchObject({ ratingAverage: 2.5, ratingCount: 2 })
    expect(await rated()).toEqual(['tee', 'mug'])
  })

  it('decides between equal hits of a search, which follows it', async () => {
    const { commerce } = await reviewShop()
    const twin = (handle: string) => ({ handle, title: 'Copper kettle', variants: [{ sku: handle, prices: [{ currency: 'USD', amountMinor: 900 }] }] })
    await commerce.catalog.upsertMany({ products: [twin('kettle-a'), twin('kettle-b')] })
    const found = async () => (await commerce.search.query({ text: 'copper kettle' })).items.map(({ handle }) => handle)
    expect(await found()).toEqual(['kettle-a', 'kettle-b'])
    const { id: reviewId } = await commerce.reviews.submit({ actor: customer('ada'), handle: 'kettle-b', rating: 4 })
    expect(await found()).toEqual(['kettle-a', 'kettle-b'])
    await commerce.reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
    expect(await found()).toEqual(['kettle-b', 'kettle-a'])
    await commerce.reviews.moderate({ actor: staff, reviewId, decision: 'reject', reason: 'fake' })
    expect(await found()).toEqual(['kettle-a', 'kettle-b'])
    await commerce.close()
  })

  it('is new at once in the process that moved it, and within the lag in others that have the product cached', async () => {
    const opened = await cachedShops(2, { maxLagMs: 1_000 })
    const [mine, theirs] = opened.shops.map(({ commerce }) => commerce)
    if (mine === undefined || theirs === undefined) throw new Error('two shops were asked for')
    const count = async (shop: typeof mine) => [
      (await shop.catalog.get({ handle: 'mug' })).ratingCount,
      (await shop.catalog.list({ sort: 'rating' })).items.find(({ handle }) => handle === 'mug')?.ratingCount,
    ]
    for (const shop of [mine, theirs]) expect(await count(shop)).toEqual([0, 0])
    const { id: reviewId } = await mine.reviews.submit({ actor: customer('ada'), handle: 'mug', rating: 5 })
    await mine.reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
    expect(await count(mine)).toEqual([1, 1])
    opened.pass(1_000)
    expect(await count(theirs)).toEqual([1, 1])
    await mine.reviews.delete({ actor: staff, reviewId })
    expect(await count(mine)).toEqual([0, 0])
    await opened.close()
  })

  it('leaves an import of the same file with nothing to do', async () => {
    const { commerce } = await reviewShop()
    const products = [{ handle: 'pot', title: 'Pot', variants: [{ sku: 'POT', prices: [{ currency: 'USD', amountMinor: 900 }] }] }]
    await commerce.catalog.upsertMany({ products })
    const { id: reviewId } = await commerce.reviews.submit({ actor: customer('ada'), handle: 'pot', rating: 5 })
    await commerce.reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
    expect((await commerce.catalog.upsertMany({ products })).results).toMatchObject([{ outcome: 'unchanged' }])
    expect(await commerce.catalog.get({ handle: 'pot' })).toMatchObject({ ratingAverage: 5, ratingCount: 1 })
  })

  it('is nothing when the transaction that moves it rolls back', async () => {
    const { commerce, review, stars } = await reviewShop()
    const { id } = await review('ada', 5)
    const { storage } = commerce
    const broken = new Proxy(storage, {
      get: (target, name) =>
        name === 'transaction'
          ? (now: never, work: (tx: never) => Promise<unknown>) =>
              storage.transaction(now, async (tx) => {
                await work(tx as never)
                throw new Error('the process dies here')
              })
          : Reflect.get(target, name),
    })
    const dying = await createCommerce({ storage: broken, currency: 'USD', migrate: false })
    await expect(dying.reviews.moderate({ actor: staff, reviewId: id, decision: 'approve' })).rejects.toThrow('the process dies here')
    expect(await stars()).toEqual([0, 0, 0, 0, 0])
    expect(await commerce.catalog.get({ handle: 'mug' })).toMatchObject({ ratingAverage: null, ratingCount: 0 })
  })
})
