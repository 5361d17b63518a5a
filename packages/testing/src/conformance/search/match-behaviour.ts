import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, handles, query, testIndex } from './test-index.ts'

export function matchBehaviour(options: SearchIndexSuiteOptions): void {
  describe('matching', () => {
    const index = testIndex(options)

    for (const [fault, text] of [
      ['a wrong', 'telezcope'],
      ['a missing', 'telscope'],
      ['a doubled', 'tellescope'],
    ] as const) {
      it(`forgives ${fault} letter: ${text}`, async () => {
        await index().upsert([aDocument('garden-telescope'), aDocument('kitchen-kettle')])
        expect(await handles(index(), text)).toEqual(['garden-telescope'])
      })
    }

    it('forgives in words of five letters already', async () => {
      await index().upsert([aDocument('plate'), aDocument('kettle')])
      for (const text of ['plete', 'plat', 'plaate']) expect(await handles(index(), text), text).toEqual(['plate'])
    })

    it('finds the beginning of a word', async () => {
      await index().upsert([aDocument('garden-telescope'), aDocument('kitchen-kettle')])
      expect(await handles(index(), 'teles')).toEqual(['garden-telescope'])
    })

    it('does not mind capitals', async () => {
      await index().upsert([aDocument('kettle', { title: 'Copper KETTLE' })])
      expect(await handles(index(), 'kEttle cOPPer')).toEqual(['kettle'])
    })

    it('finds words of every field', async () => {
      const fields = {
        title: 'Alpha',
        description: 'Bravo',
        vendor: 'Charlie',
        categories: [['Delta', 'Echo']],
        words: ['Foxtrot'],
        skus: ['GOLF-77'],
        barcodes: ['4006381333931'],
      }
      await index().upsert([aDocument('one', fields), aDocument('two', { title: 'Nothing alike' })])
      for (const text of ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'GOLF-77', '4006381333931']) {
        expect(await handles(index(), text), text).toEqual(['one'])
      }
    })

    it('finds nothing for an empty text that nothing narrows, or for words that no product has', async () => {
      await index().upsert([aDocument('kettle')])
      const nothing = { total: 0, items: [], facets: [], didYouMean: null }
      expect(await query(index(), '')).toEqual(nothing)
      expect(await query(index(), '   ')).toEqual(nothing)
      expect(await query(index(), 'quxxyzzy')).toEqual(nothing)
    })

    it('takes punctuation and long texts for words, never for commands', async () => {
      await index().upsert([aDocument('kettle')])
      for (const text of ['"kettle', 'kettle AND (', '*', '\\', 'kettle:~^', "'; --", `${'x'.repeat(193)} kettle`]) {
        const answer = await query(index(), text)
        expect(answer.items.length, text).toBeLessThanOrEqual(1)
      }
    })
  })
}
