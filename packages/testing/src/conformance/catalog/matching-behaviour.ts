import type { ProductMatchQuery } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { countRating, star } from '../review/stored-reviews.ts'
import { stocked } from '../stock/stocked-shop.ts'
import { aDraft, aVariant, categories, storedProduct, upsert, usd } from './stored-products.ts'

export function matchingBehaviour(options: StorageSuiteOptions): void {
  describe('matching without an index', () => {
    const storage = testStorage(options)
    const matched = (query: Partial<ProductMatchQuery>) =>
      storage().snapshot(
        { source: 'database' },
        async ({ catalog }) => {
          const ids = await catalog.matchProducts({ words: [], skus: [], filter: {}, sort: 'title', currency: 'USD', limit: 100, ...query })
          return (await catalog.findProducts({ ids })).map(({ handle }) => handle)
        },
        { fresh: true },
      )

    it('finds every word in the title or the vendor, whatever its capitals, in the middle of a word too', async () => {
      await upsert(storage(), [
        aDraft('a', { title: 'Copper KETTLE' }),
        aDraft('b', { title: 'Teakettle, copper' }),
        aDraft('c', { title: 'Kettle', vendor: 'Coppersmith' }),
        aDraft('d', { title: 'Steel kettle' }),
        aDraft('e', { title: 'Pot', description: 'a copper kettle' }),
      ])
      expect(await matched({ words: ['kettle', 'COPPER'] })).toEqual(['a', 'c', 'b'])
      expect(await matched({ words: ['samovar'] })).toEqual([])
      expect(await matched({})).toEqual(['a', 'c', 'e', 'd', 'b'])
    })

    it('takes letters that a pattern knows as they stand', async () => {
      await upsert(storage(), [aDraft('all', { title: '100% wool!' }), aDraft('some', { title: '100 wool_x' })])
      expect(await matched({ words: ['0%'] })).toEqual(['all'])
      expect(await matched({ words: ['wool_'] })).toEqual(['some'])
      expect(await matched({ words: ['l!'] })).toEqual(['all'])
    })

    it('finds the product of an active SKU besides, first by relevance', async () => {
      await upsert(storage(), [aDraft('a', { title: 'Stand for K-1' }), aDraft('z', { title: 'Kettle', variants: [aVariant('K-1'), aVariant('K-2')] })])
      await upsert(storage(), [aDraft('z', { title: 'Kettle', variants: [aVariant('K-1')] })])
      expect(await matched({ words: ['k', '1'], skus: ['K-1'], sort: 'relevance' })).toEqual(['z', 'a'])
      expect(await matched({ words: ['samovar'], skus: ['K-1'] })).toEqual(['z'])
      expect(await matched({ words: ['nothing'], skus: ['K-2'] })).toEqual([])
    })

    it('leaves out what is not published or has no active variant', async () => {
      await upsert(storage(), [aDraft('sold'), aDraft('draft', { status: 'draft' }), aDraft('old', { status: 'archived' }), aDraft('empty')])
      await upsert(storage(), [aDraft('empty', { variants: [] })])
      expect(await matched({ words: ['title'] })).toEqual(['sold'])
    })

    it('heeds category, range of prices, stock, and values of attributes and options, of whatever type', async () => {
      const [kitchen, pans] = await categories(storage(), ['Kitchen'], ['Kitchen', 'Pans'])
      if (kitchen === undefined || pans === undefined) throw new Error('no categories')
      await upsert(storage(), [
        aDraft('pan', {
          categories: [pans],
          attributes: { litres: 2, safe: true },
          variants: [aVariant('P', { prices: [usd(500)] }), aVariant('Q', { prices: [usd(900)] })],
        }),
        aDraft('pot', { categories: [kitchen], attributes: { litres: '2' }, variants: [aVariant('R', { options: { colour: 'red' } })] }),
        aDraft('jar', { attributes: { litres: 3, colour: 'blue' } }),
      ])
      await stocked(storage(), { P: 1, R: 0, 'SKU-jar': 0 })
      const filtered = (filter: ProductMatchQuery['filter']) => matched({ filter, sort: 'title' }).then((handles) => handles.sort())
      expect(await filtered({ category: ['Kitchen'] })).toEqual(['pan', 'pot'])
      expect(await filtered({ category: ['Kitchen', 'Pans'] })).toEqual(['pan'])
      expect(await filtered({ price: { currency: 'USD', minMinor: 600, maxMinor: 800 } })).toEqual(['pan'])
      expect(await filtered({ price: { currency: 'EUR' } })).toEqual([])
      expect(await filtered({ inStock: true })).toEqual(['pan'])
      expect(await filtered({ inStock: false })).toEqual(['jar', 'pot'])
      expect(await filtered({ attributes: [{ name: 'litres', values: ['2'] }] })).toEqual(['pan', 'pot'])
      expect(await filtered({ attributes: [{ name: 'safe', values: ['true'] }] })).toEqual(['pan'])
      expect(await filtered({ attributes: [{ name: 'colour', values: ['red', 'blue'] }] })).toEqual(['jar', 'pot'])
      expect(
        await filtered({
          attributes: [
            { name: 'colour', values: ['red', 'blue'] },
            { name: 'litres', values: ['3'] },
          ],
        }),
      ).toEqual(['jar'])
      await countRating(storage(), (await storedProduct(storage(), 'pot')).id, star(4))
      expect(await filtered({ minRating: 4 })).toEqual(['pot'])
      expect(await filtered({ minRating: 4.5 })).toEqual([])
    })

    it('sorts, what has no price in the currency last, and stops at the limit', async () => {
      const priced = (sku: string, amountMinor: number) => ({ variants: [aVariant(sku, { prices: [usd(amountMinor)] })] })
      await upsert(storage(), [aDraft('dear', priced('A', 900)), aDraft('free', { variants: [aVariant('N', { prices: [] })] })])
      await upsert(storage(), [aDraft('cheap', priced('B', 100))], 1_000)
      expect(await matched({ sort: 'price_asc' })).toEqual(['cheap', 'dear', 'free'])
      expect(await matched({ sort: 'price_desc' })).toEqual(['dear', 'cheap', 'free'])
      expect(await matched({ sort: 'newest' })).toEqual(['cheap', 'dear', 'free'])
      expect(await matched({ sort: 'rating', limit: 2 })).toEqual(['cheap', 'dear'])
      expect(await matched({ sort: 'relevance', limit: 1 })).toEqual(['cheap'])
    })
  })
}
