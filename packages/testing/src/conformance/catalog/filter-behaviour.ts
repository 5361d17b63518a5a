import type { Category, ProductFilter, ProductSort } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { stocked } from '../stock/stocked-shop.ts'
import { aDraft, aVariant, categories, listed, upsert, usd } from './stored-products.ts'

const sorts: readonly ProductSort[] = ['newest', 'title', 'price_asc', 'price_desc', 'rating']

export function filterBehaviour(options: StorageSuiteOptions): void {
  describe('filters of a listing', () => {
    const storage = testStorage(options)
    const filtered = async (filter: ProductFilter, sort: ProductSort = 'newest') =>
      (await listed(storage(), { filter, sort })).items.map(({ handle }) => handle).sort()

    it('show published products unless told otherwise', async () => {
      await upsert(storage(), [aDraft('sold'), aDraft('draft', { status: 'draft' }), aDraft('old', { status: 'archived' })])
      expect(await filtered({})).toEqual(['sold'])
      expect(await filtered({ status: 'draft' })).toEqual(['draft'])
      expect(await filtered({ status: 'archived' })).toEqual(['old'])
      for (const sort of sorts) expect(await filtered({ status: 'any' }, sort), sort).toEqual(['draft', 'old', 'sold'])
    })

    it('keep a category with all below it, by whole names', async () => {
      const paths = [['A'], ['A', 'B'], ['A', 'B', 'C'], ['A', 'B more'], ['B']]
      const [a, ab, abc, more, b] = (await categories(storage(), ...paths)) as [Category, Category, Category, Category, Category]
      await upsert(storage(), [
        aDraft('in-a', { categories: [a] }),
        aDraft('in-ab', { categories: [ab, b] }),
        aDraft('in-abc', { categories: [abc, ab] }),
        aDraft('in-more', { categories: [more] }),
      ])
      expect(await filtered({ category: ['A'] })).toEqual(['in-a', 'in-ab', 'in-abc', 'in-more'])
      expect(await filtered({ category: ['A', 'B'] })).toEqual(['in-ab', 'in-abc'])
      expect(await filtered({ category: ['B'] })).toEqual(['in-ab'])
      expect(await filtered({ category: ['A', 'C'] })).toEqual([])
    })

    it('keep products with an active variant priced in the range, ends included, not merely around it', async () => {
      const twoPrices = [aVariant('LOW', { prices: [usd(500)] }), aVariant('HIGH', { prices: [usd(3000)] })]
      await upsert(storage(), [aDraft('around', { variants: twoPrices }), aDraft('at-1000'), aDraft('euro', { variants: [aVariant('E', { prices: [] })] })])
      await upsert(storage(), [aDraft('was-1500', { variants: [aVariant('W', { prices: [usd(1500)] }), aVariant('X', { prices: [usd(9000)] })] })])
      await upsert(storage(), [aDraft('was-1500', { variants: [aVariant('X', { prices: [usd(9000)] })] })])
      expect(await filtered({ price: { currency: 'USD', minMinor: 1000, maxMinor: 2000 } })).toEqual(['at-1000'])
      expect(await filtered({ price: { currency: 'USD', maxMinor: 500 } })).toEqual(['around'])
      expect(await filtered({ price: { currency: 'USD', minMinor: 3000 } })).toEqual(['around', 'was-1500'])
      expect(await filtered({ price: { currency: 'EUR' } })).toEqual([])
    })

    it('follow a changed price', async () => {
      await upsert(storage(), [aDraft('kettle'), aDraft('teapot')])
      await storage().transaction({ source: 'database' }, (tx) => tx.catalog.setPrice({ sku: 'SKU-kettle', price: usd(2000) }))
      expect(await filtered({ price: { currency: 'USD', minMinor: 1500 } })).toEqual(['kettle'])
      expect((await listed(storage(), { sort: 'price_desc' })).items.map(({ handle }) => handle)).toEqual(['kettle', 'teapot'])
    })

    it('keep attributes of equal value and type, all of those named', async () => {
      const story = 'long '.repeat(200)
      await upsert(storage(), [
        aDraft('number', { attributes: { size: 1, fragile: true } }),
        aDraft('text', { attributes: { size: '1', fragile: true } }),
        aDraft('flag', { attributes: { size: true, story: `${story}b` } }),
        aDraft('story', { attributes: { size: 1.5, story: `${story}a` } }),
      ])
      expect(await filtered({ attributes: { size: 1 } })).toEqual(['number'])
      expect(await filtered({ attributes: { size: '1' } })).toEqual(['text'])
      expect(await filtered({ attributes: { size: true } })).toEqual(['flag'])
      expect(await filtered({ attributes: { size: 1.5 } })).toEqual(['story'])
      expect(await filtered({ attributes: { fragile: true } })).toEqual(['number', 'text'])
      expect(await filtered({ attributes: { fragile: true, size: 1 } })).toEqual(['number'])
      expect(await filtered({ attributes: { story: `${story}a` } })).toEqual(['story'])
      expect(await filtered({ attributes: { Size: 1 } })).toEqual([])
    })

    it('keep what can be bought now', async () => {
      await upsert(storage(), [
        aDraft('stocked'),
        aDraft('empty'),
        aDraft('file', { variants: [aVariant('FILE', { stockTracked: false })] }),
        aDraft('later', { variants: [aVariant('LATER', { backorder: 'allow' })] }),
      ])
      await stocked(storage(), { 'SKU-stocked': 1, 'SKU-empty': 0 })
      for (const sort of sorts) expect(await filtered({ inStock: true }, sort), sort).toEqual(['file', 'later', 'stocked'])
    })

    it('combine, and page through what is left', async () => {
      const [kitchen] = await categories(storage(), ['Kitchen'])
      const inKitchen = { categories: kitchen === undefined ? [] : [kitchen], attributes: { new: true } }
      await upsert(storage(), [
        aDraft('a', inKitchen),
        aDraft('b'),
        aDraft('c', inKitchen),
        aDraft('d', { ...inKitchen, attributes: {} }),
        aDraft('e', inKitchen),
      ])
      const filter: ProductFilter = { category: ['Kitchen'], attributes: { new: true }, price: { currency: 'USD', maxMinor: 1000 } }
      for (const sort of sorts) {
        const first = await listed(storage(), { filter, sort, limit: 2 })
        const second = await listed(storage(), { filter, sort, limit: 2, after: first.next ?? '' })
        expect([...first.items, ...second.items].map(({ handle }) => handle).sort(), sort).toEqual(['a', 'c', 'e'])
        expect(second.next, sort).toBeNull()
      }
    })
  })
}
