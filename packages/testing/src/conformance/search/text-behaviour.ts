import type { TextPiece } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, handles, query, testIndex } from './test-index.ts'

/** `[kettle]` for what was found. */
const marked = (pieces: readonly TextPiece[] | null | undefined) => pieces?.map(({ text, match }) => (match ? `[${text}]` : text)).join('')

export function textBehaviour(options: SearchIndexSuiteOptions): void {
  describe('highlights', () => {
    const index = testIndex(options)
    const highlighted = async (text: string) => (await query(index(), text, { highlight: true })).items[0]?.highlights

    it('marks words, beginnings and wrong letters in the title as they stand', async () => {
      await index().upsert([aDocument('a', { title: 'Crème-coloured KETTLE, <b>kettledrum</b>' })])
      expect(marked((await highlighted('creme kettle'))?.title)).toBe('[Crème]-coloured [KETTLE], <b>[kettledrum]</b>')
      expect(marked((await highlighted('ketlle'))?.title)).toContain('[KETTLE]')
      expect((await highlighted('colou'))?.title.map(({ text }) => text).join('')).toBe('Crème-coloured KETTLE, <b>kettledrum</b>')
    })

    it('cuts the part of the description out in which a word is found', async () => {
      const filler = 'nothing of the kind '.repeat(30)
      await index().upsert([
        aDocument('a', { title: 'Pot', description: `${filler}it whistles like a kettle should. ${filler}` }),
        aDocument('b', { title: 'Whistle' }),
      ])
      const description = marked((await query(index(), 'kettle', { highlight: true })).items[0]?.highlights?.description)
      expect(description).toContain('it whistles like a [kettle] should.')
      expect(description?.length).toBeLessThan(260)
      expect((await highlighted('pot'))?.description).toBeNull()
    })

    it('marks nothing unless it is asked to', async () => {
      await index().upsert([aDocument('kettle')])
      expect((await query(index(), 'kettle')).items[0]).not.toHaveProperty('highlights')
    })
  })

  describe('did you mean', () => {
    const index = testIndex(options)
    const meant = async (text: string) => (await query(index(), text, { didYouMean: true })).didYouMean

    it('puts known words in place of unknown ones and leaves the rest as it was typed', async () => {
      await index().upsert([aDocument('gooseneck-kettle'), aDocument('copper-kettle'), aDocument('kettles')])
      expect(await meant('Goosneck ketlle, 2')).toBe('gooseneck kettle, 2')
      expect(await meant('Copper ketttle')).toBe('Copper kettle')
    })

    it('says nothing of known words, of beginnings, of short words and codes, or of what is like nothing', async () => {
      await index().upsert([
        aDocument('gooseneck-kettle'),
        aDocument('trainer'),
        aDocument('trailer'),
        aDocument('card'),
        aDocument('lens', { skus: ['DV71212'] }),
      ])
      for (const text of ['trainer', 'goosen', 'cart', 'dv71211', 'quxxyzzy', '', 'kettle lens']) expect(await meant(text), text).toBeNull()
      expect((await query(index(), 'ketlle')).didYouMean).toBeNull()
    })

    it('forgets words that no product has any more', async () => {
      await index().upsert([aDocument('gooseneck-kettle'), aDocument('pan')])
      await index().remove([aDocument('gooseneck-kettle').id])
      expect(await meant('ketlle')).toBeNull()
    })
  })

  describe('synonyms', () => {
    const index = testIndex(options)

    it('finds what stands for a word, after what has the word itself, and only by whole words', async () => {
      await index().upsert([aDocument('couch'), aDocument('sofa'), aDocument('couchette'), aDocument('table')])
      const synonyms = [{ phrase: ['sofa'], alternatives: [['couch'], ['settee']] }]
      expect(await handles(index(), 'sofa', { synonyms })).toEqual(['sofa', 'couch'])
      expect(await handles(index(), 'sofa')).toEqual(['sofa'])
    })

    it('takes phrases of several words for one', async () => {
      await index().upsert([aDocument('flat-screen-stand'), aDocument('tv-stand'), aDocument('flat-pan'), aDocument('wooden-stand')])
      const tv = { phrase: ['flat', 'screen'], alternatives: [['tv']] }
      const flat = { phrase: ['tv'], alternatives: [['flat', 'screen']] }
      const all = { sort: 'title' } as const
      expect(await handles(index(), 'flat screen stand', { synonyms: [tv], ...all })).toEqual(['flat-screen-stand', 'tv-stand'])
      expect(await handles(index(), 'tv stand', { synonyms: [flat], ...all })).toEqual(['flat-screen-stand', 'tv-stand'])
      expect(await handles(index(), 'tv', { synonyms: [flat], ...all })).toEqual(['flat-screen-stand', 'tv-stand'])
    })

    it('goes with filters, facets and highlights', async () => {
      await index().upsert([aDocument('couch', { categories: [['Seats']] }), aDocument('sofa', { inStock: false })])
      const answer = await query(index(), 'sofa', {
        synonyms: [{ phrase: ['sofa'], alternatives: [['couch']] }],
        filter: { inStock: true },
        facets: [{ type: 'category', limit: 5 }],
        highlight: true,
      })
      expect(answer).toMatchObject({ total: 1, items: [{ handle: 'couch', highlights: { title: [{ text: 'couch', match: true }] } }] })
      expect(answer.facets).toEqual([{ type: 'category', below: [], values: [{ path: ['Seats'], count: 1 }] }])
    })
  })
}
