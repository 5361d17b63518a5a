import type { Merchandising, ProductGroup, ProductId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, handles, query, testIndex } from './test-index.ts'

const nobody: ProductGroup = { productIds: [], categories: [], attributes: [] }
const id = (handle: string) => `id-${handle}` as ProductId
const rules = (given: Partial<Merchandising>): { merchandising: Merchandising } => ({ merchandising: { pins: [], boost: nobody, bury: nobody, ...given } })
const pins = (...places: readonly (readonly [handle: string, position: number])[]) =>
  rules({ pins: places.map(([handle, position]) => ({ productId: id(handle), position })) })

export function merchandisingBehaviour(options: SearchIndexSuiteOptions): void {
  describe('merchandising', () => {
    const index = testIndex(options)
    const fill = async () => {
      const kettles = ['a', 'b', 'c', 'd', 'e', 'f'].map((handle) => aDocument(handle, { title: 'Kettle' }))
      await index().upsert([...kettles, aDocument('pan', { categories: [['Pans', 'Steel']] }), aDocument('gone', { inStock: false })])
    }

    it('pins products to positions, whether the text finds them or not', async () => {
      await fill()
      expect(await handles(index(), 'kettle', pins(['e', 2]))).toEqual(['a', 'e', 'b', 'c', 'd', 'f'])
      expect(await handles(index(), 'kettle', pins(['pan', 1], ['f', 3]))).toEqual(['pan', 'a', 'f', 'b', 'c', 'd', 'e'])
      expect((await query(index(), 'kettle', pins(['pan', 1]))).total).toBe(7)
      expect(await handles(index(), 'quxxyzzy', pins(['pan', 3]))).toEqual(['pan'])
    })

    it('puts what is pinned beyond the end at the end, and leaves out what is unknown', async () => {
      await fill()
      expect(await handles(index(), 'kettle', pins(['a', 99], ['nothing', 1]))).toEqual(['b', 'c', 'd', 'e', 'f', 'a'])
    })

    it('holds positions from page to page', async () => {
      await fill()
      const all = ['a', 'pan', 'b', 'c', 'f', 'd', 'e']
      for (const limit of [1, 2, 3]) {
        const found: string[] = []
        for (let offset = 0; offset < 8; offset += limit) found.push(...(await handles(index(), 'kettle', { ...pins(['pan', 2], ['f', 5]), limit, offset })))
        expect(found, `pages of ${limit}`).toEqual(all)
      }
    })

    it('pins nothing that the filter keeps out, and counts what is pinned', async () => {
      await fill()
      const answer = await query(index(), 'kettle', { ...pins(['gone', 1], ['pan', 2]), filter: { inStock: true }, facets: [{ type: 'category', limit: 5 }] })
      expect(answer.items.map(({ handle }) => handle)).toEqual(['a', 'pan', 'b', 'c', 'd', 'e', 'f'])
      expect([answer.total, answer.facets]).toEqual([7, [{ type: 'category', below: [], values: [{ path: ['Pans'], count: 1 }] }]])
    })

    it('boosts and buries by product, category and attribute', async () => {
      await index().upsert([
        aDocument('a', { title: 'Kettle' }),
        aDocument('b', { title: 'Kettle', categories: [['New', 'Spring']] }),
        aDocument('c', { title: 'Kettle', attributes: [{ name: 'Brand', values: ['Ours'] }] }),
        aDocument('d', { title: 'Kettle' }),
        aDocument('e', { title: 'Copper kettle', attributes: [{ name: 'Brand', values: ['Theirs'] }] }),
      ])
      const ours = { ...nobody, attributes: [{ name: 'Brand', value: 'Ours' }] }
      const spring = { ...nobody, categories: [['New']] }
      const found = (given: Partial<Merchandising>, text = 'kettle') => handles(index(), text, { ...rules(given), filter: { inStock: true } })
      const usual = await found({})
      expect(await found({ boost: ours })).toEqual(['c', ...usual.filter((handle) => handle !== 'c')])
      expect(await found({ boost: spring, bury: { ...nobody, productIds: [id('a')] } })).toEqual([
        'b',
        ...usual.filter((handle) => handle !== 'b' && handle !== 'a'),
        'a',
      ])
      expect(await found({ boost: spring, bury: spring })).toEqual([...usual.filter((handle) => handle !== 'b'), 'b'])
      expect(await found({ boost: ours }, '')).toEqual(['c', 'a', 'b', 'd', 'e'])
      expect((await found({ boost: ours }, 'copper kettle')).slice(0, 2)).toEqual(['e', 'c'])
    })

    it('does not touch hits that are sorted by anything but relevance', async () => {
      await fill()
      const merchandising = { ...pins(['f', 1], ['pan', 2]).merchandising, bury: { ...nobody, productIds: [id('a')] } }
      expect(await handles(index(), 'kettle', { merchandising, sort: 'title' })).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    })
  })
}
