import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, handles, query, testIndex } from './test-index.ts'

export function sortBehaviour(options: SearchIndexSuiteOptions): void {
  describe('sorts', () => {
    const index = testIndex(options)
    const prices = (minMinor: number, maxMinor: number, currency = 'USD') => ({ prices: [{ currency, minMinor, maxMinor }] })
    const at = (day: number) => ({ createdAt: new Date(Date.UTC(2026, 0, day)) })
    const fill = () =>
      index().upsert([
        aDocument('c', { title: 'Zinc kettle', ...prices(500, 9000), ...at(3), ratingAverage: 2, ratingCount: 1 }),
        aDocument('b', { title: 'Kettle', ...prices(700, 700), ...at(9), ratingAverage: 4.5, ratingCount: 1 }),
        aDocument('a', { title: 'école kettle', ...prices(500, 600), ...at(1) }),
        aDocument('d', { title: 'Copper Kettle', ...prices(100, 100, 'EUR'), ...at(2) }),
      ])

    it('goes by the lowest price, products without one last', async () => {
      await fill()
      expect(await handles(index(), 'kettle', { sort: 'price_asc', currency: 'USD' })).toEqual(['a', 'c', 'b', 'd'])
      expect(await handles(index(), 'kettle', { sort: 'price_desc', currency: 'USD' })).toEqual(['b', 'a', 'c', 'd'])
      expect(await handles(index(), 'kettle', { sort: 'price_asc', currency: 'EUR' })).toEqual(['d', 'a', 'b', 'c'])
    })

    it('goes by rating, by age and by title without case and accents', async () => {
      await fill()
      expect(await handles(index(), 'kettle', { sort: 'rating' })).toEqual(['b', 'c', 'a', 'd'])
      expect(await handles(index(), 'kettle', { sort: 'newest' })).toEqual(['b', 'c', 'd', 'a'])
      expect(await handles(index(), 'kettle', { sort: 'title' })).toEqual(['d', 'a', 'b', 'c'])
    })

    it('pages through one order, with and without words', async () => {
      await fill()
      for (const text of ['kettle', '']) {
        const page = (offset: number) => handles(index(), text, { sort: 'title', limit: 2, offset, filter: { inStock: true } })
        expect([...(await page(0)), ...(await page(2)), ...(await page(4))], text).toEqual(['d', 'a', 'b', 'c'])
      }
    })

    it('leaves out products with some of the words when any has all: the cheapest would be something else', async () => {
      await fill()
      expect((await query(index(), 'copper kettle')).total).toBe(4)
      expect(await handles(index(), 'copper kettle', { sort: 'price_asc', currency: 'USD' })).toEqual(['d'])
      expect(await handles(index(), 'golden kettle', { sort: 'title' })).toEqual(['d', 'a', 'b', 'c'])
    })
  })
}
