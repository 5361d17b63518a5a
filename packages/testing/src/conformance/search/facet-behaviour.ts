import type { FacetRequest, SearchAnswer, SearchFacet, SearchFilter } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, query, testIndex } from './test-index.ts'

const price = (minMinor: number, maxMinor = minMinor, currency = 'USD') => ({ prices: [{ currency, minMinor, maxMinor }] })
const colours = (...values: string[]) => ({ attributes: [{ name: 'Colour', values }] })

/** Six kettles and a pan. */
const documents = [
  aDocument('kettle-1', { ...price(500), ...colours('red'), categories: [['Kitchen', 'Kettles', 'Electric']], ratingAverage: 4.5, ratingCount: 2 }),
  aDocument('kettle-2', { ...price(1500, 2500), ...colours('red', 'blue'), categories: [['Kitchen', 'Kettles'], ['Gifts']], ratingAverage: 3, ratingCount: 1 }),
  aDocument('kettle-3', { ...price(2000), ...colours('blue'), categories: [['Kitchen', 'Pots']], ratingAverage: 4, ratingCount: 9 }),
  aDocument('kettle-4', {
    ...price(9000),
    categories: [['Garden']],
    attributes: [
      { name: 'Material', values: ['tin "x", \\y\\'] },
      { name: 'Colour', values: ['Red'] },
    ],
  }),
  aDocument('kettle-5', { ...price(2000, 2000, 'EUR'), inStock: false }),
  aDocument('kettle-6', { ...price(2000), ...colours('blue'), categories: [['Kitchen', 'Pots']], inStock: false }),
  aDocument('pan', { ...price(2000), ...colours('red', 'green'), categories: [['Kitchen', 'Pans']] }),
]

const colour = { type: 'attribute', name: 'Colour', limit: 20 } as const satisfies FacetRequest
const category = { type: 'category', limit: 20 } as const satisfies FacetRequest
const rating: FacetRequest = { type: 'rating' }
const prices: FacetRequest = { type: 'price', currency: 'USD', ranges: [{ maxMinor: 999 }, { minMinor: 1000, maxMinor: 1999 }, { minMinor: 2000 }] }

export function facetBehaviour(options: SearchIndexSuiteOptions): void {
  describe('facets', () => {
    const index = testIndex(options)
    const asked = async (facets: readonly FacetRequest[], filter: SearchFilter = {}, text = 'kettle') => {
      await index().upsert(documents)
      return await query(index(), text, { facets, filter, limit: 1 })
    }
    const countsOf = async (facet: FacetRequest, filter?: SearchFilter, text?: string) => counts(await asked([facet], filter, text))

    it('counts values of an attribute over all hits, the commonest first, equals by name', async () => {
      expect(await countsOf(colour)).toEqual([{ blue: 3, red: 2, Red: 1 }])
      expect(Object.keys((await countsOf({ ...colour, limit: 2 }))[0] ?? {})).toEqual(['blue', 'red'])
      expect(await countsOf({ type: 'attribute', name: 'Material', limit: 20 })).toEqual([{ 'tin "x", \\y\\': 1 }])
      expect(await countsOf({ type: 'attribute', name: 'Nothing', limit: 20 })).toEqual([{}])
    })

    it('counts the children of a category, each product once', async () => {
      expect(await countsOf(category)).toEqual([{ Kitchen: 4, Garden: 1, Gifts: 1 }])
      expect(await countsOf({ ...category, below: ['Kitchen'] })).toEqual([{ 'Kitchen/Kettles': 2, 'Kitchen/Pots': 2 }])
      expect(await countsOf({ ...category, below: ['Kitchen', 'Kettles'] })).toEqual([{ 'Kitchen/Kettles/Electric': 1 }])
    })

    it('counts ranges of prices in one currency, and ratings from', async () => {
      expect(await countsOf(prices)).toEqual([{ '-999': 1, '1000-1999': 1, '2000-': 4 }])
      expect(await countsOf(rating)).toEqual([{ 4: 2, 3: 3, 2: 3, 1: 3 }])
    })

    it('ignores the part of the filter that a facet is about, and heeds the others', async () => {
      const filter: SearchFilter = { attributes: [{ name: 'Colour', values: ['red'] }], minRating: 4 }
      const [ofColour, ofRating, ofCategory, ofPrice] = counts(await asked([colour, rating, category, prices], filter))
      expect(ofColour).toEqual({ blue: 1, red: 1 })
      expect(ofRating).toEqual({ 4: 1, 3: 2, 2: 2, 1: 2 })
      expect(ofCategory).toEqual({ Kitchen: 1 })
      expect(ofPrice).toEqual({ '-999': 1, '1000-1999': 0, '2000-': 0 })
      expect(await countsOf(category, { category: ['Garden'], inStock: true })).toEqual([{ Kitchen: 3, Garden: 1, Gifts: 1 }])
      expect(await countsOf(prices, { price: { currency: 'USD', maxMinor: 999 } })).toEqual([{ '-999': 1, '1000-1999': 1, '2000-': 4 }])
    })

    it('ignores the filter of its own name only, of two attributes', async () => {
      const attributes = [
        { name: 'Colour', values: ['Red'] },
        { name: 'Material', values: ['tin "x", \\y\\', 'steel'] },
      ]
      const [ofColour, ofMaterial] = counts(await asked([colour, { type: 'attribute', name: 'Material', limit: 5 }], { attributes }))
      expect([ofColour, ofMaterial]).toEqual([{ Red: 1 }, { 'tin "x", \\y\\': 1 }])
      expect(await countsOf(colour, { attributes: attributes.slice(1) })).toEqual([{ Red: 1 }])
    })

    it('counts what choosing the value alone would find', async () => {
      const filter: SearchFilter = { inStock: true }
      const [facet] = (await asked([colour], filter)).facets
      for (const { value, count } of facet?.type === 'attribute' ? facet.values : []) {
        const chosen = await asked([], { ...filter, attributes: [{ name: 'Colour', values: [value] }] })
        expect(chosen.total, value).toBe(count)
      }
    })

    it('counts everything that a filter lets through when no word is given, and finds it by rating and handle', async () => {
      const answer = await asked([colour], { category: ['Kitchen'] }, '  ')
      expect(answer).toMatchObject({ total: 5, items: [{ handle: 'kettle-1', score: 0 }] })
      expect(counts(answer)).toEqual([{ blue: 3, red: 3, green: 1 }])
      expect((await asked([rating], {}, '')).total).toBe(7)
      expect((await asked([], { inStock: false }, '')).total).toBe(2)
      expect((await asked([], {}, '')).total).toBe(0)
      expect((await asked([rating], {}, '!?')).total).toBe(0)
    })

    it('answers the facets in the order asked for, and counts nothing where nothing is found', async () => {
      const { facets } = await asked([rating, prices, colour, { ...category, below: ['Kitchen'] }], {}, 'quxxyzzy')
      expect(facets).toEqual([
        { type: 'rating', values: [4, 3, 2, 1].map((minRating) => ({ minRating, count: 0 })) },
        {
          type: 'price',
          currency: 'USD',
          ranges: [
            { maxMinor: 999, count: 0 },
            { minMinor: 1000, maxMinor: 1999, count: 0 },
            { minMinor: 2000, count: 0 },
          ],
        },
        { type: 'attribute', name: 'Colour', values: [] },
        { type: 'category', below: ['Kitchen'], values: [] },
      ])
    })

    it('follows changes', async () => {
      await asked([])
      await index().upsert([{ ...aDocument('kettle-1'), ...colours('green'), ratingAverage: 5, ratingCount: 1 }])
      await index().remove([aDocument('kettle-3').id])
      const answer = await query(index(), 'kettle', { facets: [colour, rating] })
      expect(counts(answer)).toEqual([
        { Red: 1, blue: 2, green: 1, red: 1 },
        { 4: 1, 3: 2, 2: 2, 1: 2 },
      ])
    })
  })

  describe('attribute and rating filters', () => {
    const index = testIndex(options)
    const found = async (filter: SearchFilter) => {
      await index().upsert(documents)
      return (await query(index(), 'kettle', { filter })).items.map(({ handle }) => handle.slice(-1)).sort()
    }

    it('keeps products with one of the values, of each name, by whole values and their case', async () => {
      expect(await found({ attributes: [{ name: 'Colour', values: ['red'] }] })).toEqual(['1', '2'])
      expect(await found({ attributes: [{ name: 'Colour', values: ['Red', 'blue'] }] })).toEqual(['2', '3', '4', '6'])
      expect(await found({ attributes: [{ name: 'Colour', values: ['re'] }] })).toEqual([])
      expect(await found({ attributes: [{ name: 'colour', values: ['red'] }] })).toEqual([])
    })

    it('keeps what is rated this high at least', async () => {
      expect(await found({ minRating: 3 })).toEqual(['1', '2', '3'])
      expect(await found({ minRating: 4.25 })).toEqual(['1'])
    })
  })
}

/** Of each facet its counts by value; paths are joined by slashes. */
function counts({ facets }: SearchAnswer): readonly Record<string, number>[] {
  return facets.map(countsOfOne)
}

function countsOfOne(facet: SearchFacet): Record<string, number> {
  switch (facet.type) {
    case 'attribute':
      return Object.fromEntries(facet.values.map(({ value, count }) => [value, count]))
    case 'category':
      return Object.fromEntries(facet.values.map(({ path, count }) => [path.join('/'), count]))
    case 'rating':
      return Object.fromEntries(facet.values.map(({ minRating, count }) => [minRating, count]))
    case 'price':
      return Object.fromEntries(facet.ranges.map(({ minMinor = '', maxMinor = '', count }) => [`${minMinor}-${maxMinor}`, count]))
  }
}
