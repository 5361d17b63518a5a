import type { Product, ProductSort } from '@cartwright/core/ports'
import { beforeEach, describe, expect, it } from 'vitest'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDraft, aVariant, listed, upsert, usd } from './stored-products.ts'

const sorts: readonly ProductSort[] = ['newest', 'title', 'price_asc', 'price_desc', 'rating']
const priced = Array.from({ length: 12 }, (_, position) => `p-${position}`)

/** What a listing goes by, growing. Ratings come with reviews, so here all are alike. */
function sortKey(sort: ProductSort, product: Product): number | string {
  const lowest = Math.min(...product.variants.flatMap(({ prices }) => prices.map(({ amountMinor }) => amountMinor)))
  const keys = { newest: -product.createdAt.getTime(), title: product.title, price_asc: lowest, price_desc: -lowest, rating: 0 }
  return keys[sort]
}

export function listingBehaviour(options: StorageSuiteOptions): void {
  describe.each(sorts)('a listing by %s', (sort) => {
    const storage = testStorage(options)
    const handlesOf = (products: readonly Product[]) => products.map(({ handle }) => handle)
    const walk = async (limit: number, between: () => Promise<unknown> = async () => {}): Promise<readonly Product[]> => {
      const seen: Product[] = []
      let after: string | null | undefined
      while (after !== null) {
        const page = await listed(storage(), { sort, limit, ...(after === undefined ? {} : { after }) })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        seen.push(...page.items)
        expect(handlesOf(seen).length, 'a listing that does not end').toBeLessThan(100)
        after = page.next
        await between()
      }
      return seen
    }

    // Titles, prices and times each come several times, so that the tie-break is needed.
    beforeEach(async () => {
      for (let row = 0; row < 3; row += 1) {
        const drafts = Array.from({ length: 4 }, (_, column) => {
          const amount = 1000 + 100 * (column % 3)
          const variants = [aVariant(`A-${row}-${column}`, { prices: [usd(amount + 5000)] }), aVariant(`B-${row}-${column}`, { prices: [usd(amount)] })]
          return aDraft(`p-${row * 4 + column}`, { title: `Title ${(row * 4 + column) % 5}`, variants })
        })
        await upsert(storage(), drafts, 1000 * row)
      }
      await upsert(storage(), [aDraft('unpriced', { variants: [aVariant('NONE', { prices: [] })] }), aDraft('hidden', { status: 'draft' })], 9000)
    })

    it.each([1, 5, 100])('shows every product once, in order, in pages of %i', async (limit) => {
      const seen = await walk(limit)
      expect(handlesOf(seen).sort()).toEqual([...priced, ...(sort.startsWith('price') ? [] : ['unpriced'])].sort())
      const keys = seen.map((product) => sortKey(sort, product))
      expect(keys).toEqual([...keys].sort((a, b) => (a === b ? 0 : a < b ? -1 : 1)))
    })

    it('has no next page after the last, though it is full', async () => {
      const all = await walk(100)
      expect(await listed(storage(), { sort, limit: all.length })).toMatchObject({ next: null })
    })

    it('skips and repeats nothing when products come in between', async () => {
      const before = handlesOf(await walk(100))
      let extra = 0
      const seen = handlesOf(
        await walk(4, async () => {
          extra += 1
          if (extra <= 3) await upsert(storage(), [aDraft(`extra-${extra}`, { title: `Title ${extra}` })], 500 * extra)
        }),
      )
      expect(seen.filter((handle) => before.includes(handle))).toEqual(before)
      expect(new Set(seen).size).toBe(seen.length)
    })
  })
}
