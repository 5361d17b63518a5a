import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, handles, query, testIndex } from './test-index.ts'

export function rankBehaviour(options: SearchIndexSuiteOptions): void {
  describe('order', () => {
    const index = testIndex(options)

    it('puts a word in the title before the same word elsewhere', async () => {
      await index().upsert([
        aDocument('a', { title: 'Filter', description: 'Fits every kettle' }),
        aDocument('b', { title: 'Kettle', description: 'Boils water' }),
        aDocument('c', { title: 'Brush', vendor: 'Kettle' }),
        aDocument('d', { title: 'Sieve', categories: [['Kettle']] }),
        aDocument('e', { title: 'Mat', words: ['Kettle'] }),
      ])
      expect((await handles(index(), 'kettle'))[0]).toBe('b')
    })

    it('puts the exact word before a similar one', async () => {
      await index().upsert([aDocument('a', { title: 'Trailer' }), aDocument('b', { title: 'Trainer' })])
      expect((await handles(index(), 'trainer'))[0]).toBe('b')
    })

    it('breaks equal scores by rating, then by handle', async () => {
      const alike = { title: 'Kettle' }
      await index().upsert([
        aDocument('c', alike),
        aDocument('b', { ...alike, ratingAverage: 3 }),
        aDocument('d', { ...alike, ratingAverage: 4.5 }),
        aDocument('a', alike),
      ])
      expect(await handles(index(), 'kettle')).toEqual(['d', 'b', 'a', 'c'])
    })

    it('gives scores that do not grow down the list, and what a listing needs of each hit', async () => {
      await index().upsert([
        aDocument('copper-kettle', { sku: 'CK-2', inStock: false, ratingAverage: 4.25, ratingCount: 4 }),
        aDocument('kettle'),
        aDocument('kettle-lid', { description: 'kettle kettle' }),
      ])
      const { items } = await query(index(), 'copper kettle')
      const scores = items.map(({ score }) => score)
      expect(scores).toEqual([...scores].sort((a, b) => b - a))
      expect(items[0]).toMatchObject({ productId: 'id-copper-kettle', handle: 'copper-kettle', title: 'copper kettle', sku: 'CK-2', inStock: false })
      expect(items.map(({ rating }) => rating)).toContainEqual({ average: 4.25, count: 4 })
      expect(items.map(({ rating }) => rating)).toContainEqual({ average: null, count: 0 })
    })

    it('pages through the same order and counts all hits', async () => {
      await index().upsert(Array.from({ length: 7 }, (_, position) => aDocument(`kettle-${position}`, { title: 'Kettle' })))
      const all = await handles(index(), 'kettle')
      expect(all).toHaveLength(7)
      const pages = [
        await query(index(), 'kettle', { limit: 3 }),
        await query(index(), 'kettle', { limit: 3, offset: 3 }),
        await query(index(), 'kettle', { limit: 3, offset: 6 }),
      ]
      expect(pages.flatMap(({ items }) => items.map(({ handle }) => handle))).toEqual(all)
      expect(pages.map(({ total }) => total)).toEqual([7, 7, 7])
      expect(await query(index(), 'kettle', { offset: 100 })).toMatchObject({ total: 7, items: [] })
    })
  })
}
