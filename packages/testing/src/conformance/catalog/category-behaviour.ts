import type { Category, CategoryId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDraft, categories, storedProduct, upsert } from './stored-products.ts'

const kitchen = ['Kitchen']
const kettles = ['Kitchen', 'Kettles']

export function categoryBehaviour(options: StorageSuiteOptions): void {
  describe('categories', () => {
    const storage = testStorage(options)
    const list = () => storage().snapshot(at(0), (snapshot) => snapshot.catalog.listCategories(), { fresh: true })

    it('keep their id when they exist, and are returned in the order asked for', async () => {
      const [first] = await categories(storage(), kitchen)
      const again = await categories(storage(), kettles, kitchen)
      expect(again.map(({ path }) => path)).toEqual([kettles, kitchen])
      expect(again[1]).toEqual(first)
      expect(await categories(storage(), kettles, kitchen)).toEqual(again)
    })

    it('are told apart by whole names, whatever is in them', async () => {
      const paths = [['A'], ['A', 'B "quoted"'], ['A, B'], ['A', 'B'], ['a'], ['Ä/B']]
      const made = await categories(storage(), ...paths)
      expect(new Set(made.map(({ id }) => id)).size).toBe(paths.length)
      expect((await list()).map(({ path }) => path).sort()).toEqual([...paths].sort())
    })

    it('are listed in the order of their paths, what is above before what is below', async () => {
      await categories(storage(), ['Garden'], kitchen, ['Kitchen', 'Pots'], kettles, ['Kitchen', 'Kettles', 'Electric'])
      expect((await list()).map(({ path }) => path)).toEqual([['Garden'], kitchen, kettles, ['Kitchen', 'Kettles', 'Electric'], ['Kitchen', 'Pots']])
    })

    it('count the published products in them or below, each once', async () => {
      const [top, below] = (await categories(storage(), kitchen, kettles, ['Kitchen and more'])) as [Category, Category, Category]
      await upsert(storage(), [
        aDraft('in-both', { categories: [top, below] }),
        aDraft('below', { categories: [below] }),
        aDraft('hidden', { categories: [below], status: 'draft' }),
        aDraft('nowhere'),
      ])
      expect((await list()).map(({ path, productCount }) => [path.at(-1), productCount])).toEqual([
        ['Kitchen', 2],
        ['Kettles', 2],
        ['Kitchen and more', 0],
      ])
    })

    it('are what a product says last', async () => {
      const [top, below] = (await categories(storage(), kitchen, kettles)) as [Category, Category]
      await upsert(storage(), [aDraft('kettle', { categories: [top, below] })])
      await upsert(storage(), [aDraft('kettle', { categories: [below] })])
      expect((await storedProduct(storage(), 'kettle')).categories).toEqual([below])
    })

    it('are stored once when two handles make the same one at once; who loses is told', async () => {
      const other = await storage.another()
      const make = (handle: typeof other) => handle.transaction(at(0), (tx) => tx.catalog.ensureCategories([{ id: ids.next<CategoryId>(), path: kitchen }]))
      const results = await Promise.allSettled([make(storage()), make(other)])
      const made = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
      const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      expect(refusals.every(({ code, retryable }) => code === 'CONFLICT' && retryable === true)).toBe(true)
      expect(await list()).toEqual([{ ...made[0], productCount: 0 }])
      expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    })
  })
}
