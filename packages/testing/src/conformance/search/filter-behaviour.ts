import type { SearchQuery } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, handles, query, testIndex } from './test-index.ts'

export function filterBehaviour(options: SearchIndexSuiteOptions): void {
  describe('filters', () => {
    const index = testIndex(options)
    const filtered = async (filter: NonNullable<SearchQuery['filter']>) => [...(await handles(index(), 'kettle', { filter }))].sort()

    it('keeps a category and what is below it, by whole names', async () => {
      await index().upsert([
        aDocument('kettle-a', { categories: [['Kitchen', 'Kettles', 'Electric']] }),
        aDocument('kettle-b', { categories: [['Garden'], ['Kitchen', 'Kettles']] }),
        aDocument('kettle-c', { categories: [['Kitchen', 'Kettles and pots']] }),
        aDocument('kettle-d', { categories: [['Kettles']] }),
      ])
      expect(await filtered({ category: ['Kitchen', 'Kettles'] })).toEqual(['kettle-a', 'kettle-b'])
      expect(await filtered({ category: ['Kitchen'] })).toEqual(['kettle-a', 'kettle-b', 'kettle-c'])
      expect(await filtered({ category: ['Kitchen', 'Kettles', 'Electric', 'Small'] })).toEqual([])
    })

    it('keeps products with a price in the range, ends included, in the currency asked for', async () => {
      const price = (minMinor: number, maxMinor: number, currency = 'USD') => ({ prices: [{ currency, minMinor, maxMinor }] })
      await index().upsert([
        aDocument('kettle-cheap', price(500, 500)),
        aDocument('kettle-fair', price(1000, 1000)),
        aDocument('kettle-dear', price(3000, 4000)),
        aDocument('kettle-euro', price(1000, 1000, 'EUR')),
      ])
      expect(await filtered({ price: { currency: 'USD', minMinor: 500, maxMinor: 1000 } })).toEqual(['kettle-cheap', 'kettle-fair'])
      expect(await filtered({ price: { currency: 'USD', minMinor: 4000 } })).toEqual(['kettle-dear'])
      expect(await filtered({ price: { currency: 'USD', maxMinor: 999 } })).toEqual(['kettle-cheap'])
      expect(await filtered({ price: { currency: 'EUR' } })).toEqual(['kettle-euro'])
    })

    it('keeps what is in stock, or what is not', async () => {
      await index().upsert([aDocument('kettle-a'), aDocument('kettle-b', { inStock: false })])
      expect(await filtered({ inStock: true })).toEqual(['kettle-a'])
      expect(await filtered({ inStock: false })).toEqual(['kettle-b'])
    })

    it('combines filters, and counts what is left', async () => {
      await index().upsert([
        aDocument('kettle-a', { categories: [['Kitchen']] }),
        aDocument('kettle-b', { categories: [['Kitchen']], inStock: false }),
        aDocument('kettle-c'),
      ])
      const answer = await query(index(), 'kettle', { filter: { category: ['Kitchen'], inStock: true, price: { currency: 'USD', maxMinor: 1000 } } })
      expect(answer).toMatchObject({ total: 1, items: [{ handle: 'kettle-a' }] })
    })
  })
}
