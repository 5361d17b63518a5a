import type { ProductId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'
import { aDocument, handles, query, testIndex } from './test-index.ts'

export function updateBehaviour(options: SearchIndexSuiteOptions): void {
  describe('updates', () => {
    const index = testIndex(options)

    it('replaces a document by its id', async () => {
      await index().upsert([aDocument('kettle')])
      await index().upsert([{ ...aDocument('kettle'), title: 'Teapot', inStock: false }])
      expect(await handles(index(), 'kettle', { filter: { inStock: true } })).toEqual([])
      expect(await query(index(), 'teapot')).toMatchObject({ total: 1, items: [{ title: 'Teapot', inStock: false }] })
    })

    it('takes the last of two documents with one id in one call', async () => {
      await index().upsert([
        { ...aDocument('item'), title: 'Kettle' },
        { ...aDocument('item'), title: 'Teapot' },
      ])
      expect(await handles(index(), 'kettle')).toEqual([])
      expect(await handles(index(), 'teapot')).toEqual(['item'])
    })

    it('removes documents, and does not mind unknown ones', async () => {
      await index().upsert([aDocument('copper-kettle'), aDocument('steel-kettle')])
      await index().remove(['id-copper-kettle' as ProductId, 'id-of-nothing' as ProductId])
      expect(await handles(index(), 'kettle')).toEqual(['steel-kettle'])
      await index().upsert([aDocument('copper-kettle')])
      expect(await handles(index(), 'copper')).toEqual(['copper-kettle'])
    })

    it('can be emptied and filled again', async () => {
      await index().upsert([aDocument('kettle')])
      await index().clear()
      expect(await query(index(), 'kettle')).toMatchObject({ total: 0, items: [] })
      await index().upsert([aDocument('kettle')])
      expect(await handles(index(), 'kettle')).toEqual(['kettle'])
    })
  })
}
