import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, testIndex } from './test-index.ts'

export function suggestBehaviour(options: SearchIndexSuiteOptions): void {
  describe('suggestions', () => {
    const index = testIndex(options)
    const suggested = async (text: string, limit = 5) => {
      const { completions, products } = await index().suggest({ text, limit })
      return { completions: completions.map((completion) => completion.text), products: products.map(({ handle }) => handle) }
    }
    const fill = () =>
      index().upsert([
        aDocument('copper-kettle'),
        aDocument('steel-kettle'),
        aDocument('steel-keg', { description: 'ketchup' }),
        aDocument('copper-pan', { title: 'Copper pan' }),
        aDocument('creme', { title: 'Crème Brûlée dish' }),
      ])

    it('completes the last word from titles, those that find most first, with how many', async () => {
      await fill()
      expect((await index().suggest({ text: 'ke', limit: 5 })).completions).toEqual([
        { text: 'kettle', count: 2 },
        { text: 'keg', count: 1 },
      ])
      expect((await suggested('k')).completions).toEqual([])
      expect((await suggested('ke', 1)).completions).toEqual(['kettle'])
    })

    it('completes what goes with the words before, and leaves these as they were typed', async () => {
      await fill()
      expect((await suggested('STEEL ke')).completions).toEqual(['STEEL keg', 'STEEL kettle'])
      expect((await suggested('copper ke')).completions).toEqual(['copper kettle'])
      expect((await suggested('copper zz')).completions).toEqual([])
    })

    it('writes words as titles do, in small letters', async () => {
      await fill()
      expect((await suggested('creme bru')).completions).toEqual(['creme brûlée'])
    })

    it('names products with every word, and what a listing needs of each', async () => {
      await fill()
      expect((await suggested('copper ke')).products).toEqual(['copper-kettle'])
      expect((await suggested('ket')).products.slice(0, 2)).toEqual(['copper-kettle', 'steel-kettle'])
      expect((await suggested('ket', 1)).products).toHaveLength(1)
      expect((await index().suggest({ text: 'pan', limit: 1 })).products[0]).toMatchObject({ productId: 'id-copper-pan', title: 'Copper pan', inStock: true })
    })

    it('forgives wrong letters where nothing begins so', async () => {
      await fill()
      expect(await suggested('coper kettl')).toEqual({ completions: ['copper kettle'], products: ['copper-kettle'] })
      expect((await suggested('ketlle')).completions).toEqual(['kettle'])
    })

    it('has nothing for a text without words, or with words that no product has', async () => {
      await fill()
      for (const text of ['', ' ', '-', 'quxxyzzy', "'; --", 'ke:*']) {
        const { completions } = await suggested(text)
        expect(completions.length, text).toBeLessThanOrEqual(text === 'ke:*' ? 2 : 0)
      }
      expect(await suggested('')).toEqual({ completions: [], products: [] })
    })
  })
}
