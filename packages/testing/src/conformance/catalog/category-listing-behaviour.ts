import type { Category, Product, ProductFilter, ProductSort } from '@cartwright/core/ports'
import { beforeEach, describe, expect, it } from 'vitest'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDraft, aVariant, categories, listed, storedProduct, upsert, usd } from './stored-products.ts'

const sorts: readonly ProductSort[] = ['newest', 'title', 'price_asc', 'price_desc', 'rating']
const kitchen = ['Kitchen']
const kettles = ['Kitchen', 'Kettles']
const electric = ['Kitchen', 'Kettles', 'Electric']

export function categoryListingBehaviour(options: StorageSuiteOptions): void {
  describe('a listing of a category', () => {
    const storage = testStorage(options)
    const handlesOf = (products: readonly Product[]) => products.map(({ handle }) => handle)
    const list = async (sort: ProductSort, category: readonly string[], filter: ProductFilter = {}) =>
      handlesOf((await listed(storage(), { sort, filter: { ...filter, category } })).items)
    const paged = async (sort: ProductSort, category: readonly string[], limit: number, between: () => Promise<unknown> = async () => {}) => {
      const seen: string[] = []
      let after: string | null | undefined
      while (after !== null) {
        const page = await listed(storage(), { sort, limit, filter: { category }, ...(after === undefined ? {} : { after }) })
        seen.push(...handlesOf(page.items))
        expect(seen.length, 'a listing that does not end').toBeLessThan(100)
        after = page.next
        await between()
      }
      return seen
    }
    const setPrice = (handle: string, amount: number) =>
      storage().transaction(at(60_000), (tx) => tx.catalog.setPrice({ sku: `SKU-${handle}`, price: usd(amount) }))
    const setStatus = async (handle: string, status: Product['status']) => {
      const { id } = await storedProduct(storage(), handle)
      await storage().transaction(at(60_000), (tx) => tx.catalog.setStatus({ productId: id, status }))
    }
    const priced = (handle: string, amount: number, of: readonly Category[]) =>
      aDraft(handle, { title: `Title ${amount % 300}`, categories: of, variants: [aVariant(`SKU-${handle}`, { prices: [usd(amount)] })] })
    let top: Category
    let middle: Category
    let deep: Category
    let other: Category

    // Prices come twice each, so that the tie-break is needed; one product is in two categories of the same branch.
    beforeEach(async () => {
      ;[top, middle, deep, other] = (await categories(storage(), kitchen, kettles, electric, ['Garden'])) as [Category, Category, Category, Category]
      for (let row = 0; row < 3; row += 1) {
        const drafts = [top, middle, deep, other].map((category, column) =>
          priced(`p-${row}-${column}`, 1000 + 100 * ((row + column) % 2), column === 2 && row === 0 ? [category, top] : [category]),
        )
        await upsert(storage(), drafts, 1000 * row)
      }
    })

    it.each(sorts)('has by %s what a listing of all has, in its order', async (sort) => {
      const all = handlesOf((await listed(storage(), { sort })).items)
      const within = (columns: string) => all.filter((handle) => columns.includes(handle.slice(-1)))
      for (const limit of [1, 2, 100]) {
        expect(await paged(sort, kitchen, limit)).toEqual(within('012'))
        expect(await paged(sort, kettles, limit)).toEqual(within('12'))
        expect(await paged(sort, electric, limit)).toEqual(within('2'))
        expect(await paged(sort, ['Garden'], limit)).toEqual(within('3'))
        expect(await paged(sort, ['Kitchen', 'Pots'], limit)).toEqual([])
      }
    })

    it('shows a price that changes between two pages where it is then: ahead again, behind no more', async () => {
      const before = await paged('price_asc', kitchen, 100)
      const [first = ''] = before
      const last = before.at(-1) ?? ''
      let page = 0
      const seen = await paged('price_asc', kitchen, 2, async () => {
        page += 1
        if (page !== 1) return
        await setPrice(first, 5000)
        await setPrice(last, 1)
      })
      expect(seen).toEqual([...before.slice(0, -1), first])
      expect(await paged('price_asc', kitchen, 2)).toEqual([last, ...before.slice(1, -1), first])
      expect(await paged('price_desc', kitchen, 2)).toEqual([last, ...before.slice(1, -1), first].reverse())
    })

    it('leaves out a product that is no more published, and shows it again', async () => {
      await setStatus('p-0-1', 'archived')
      for (const sort of sorts) expect(await list(sort, kettles), sort).not.toContain('p-0-1')
      expect(await list('price_asc', kettles, { status: 'archived' })).toEqual(['p-0-1'])
      await setStatus('p-0-1', 'published')
      for (const sort of sorts) expect(await list(sort, kettles), sort).toContain('p-0-1')
    })

    it('follows an import into another category, title and price, and out of all currencies', async () => {
      await upsert(storage(), [{ ...priced('p-0-1', 1, [other]), title: 'A' }], 9000)
      for (const sort of sorts) expect(await list(sort, kettles), sort).not.toContain('p-0-1')
      expect((await list('title', ['Garden']))[0]).toBe('p-0-1')
      expect((await list('price_asc', ['Garden']))[0]).toBe('p-0-1')
      await upsert(storage(), [aDraft('p-0-1', { categories: [other], variants: [aVariant('SKU-p-0-1', { prices: [] })] })], 9000)
      expect(await list('price_asc', ['Garden'])).not.toContain('p-0-1')
      expect(await list('newest', ['Garden'])).toContain('p-0-1')
    })

    it('goes by prices in the currency asked for', async () => {
      const euro = (amountMinor: number) => ({ currency: 'EUR', amountMinor, compareAtMinor: null })
      const both = (handle: string, dollars: number, euros: number) =>
        aDraft(handle, { categories: [middle], variants: [aVariant(`SKU-${handle}`, { prices: [usd(dollars), euro(euros)] })] })
      await upsert(storage(), [both('abroad', 1, 900), both('at-home', 2, 800)])
      const { items } = await listed(storage(), { sort: 'price_asc', currency: 'EUR', filter: { category: kitchen } })
      expect(handlesOf(items)).toEqual(['at-home', 'abroad'])
      expect((await list('price_asc', kettles)).slice(0, 2)).toEqual(['abroad', 'at-home'])
    })

    it.each(sorts)('has by %s what other filters keep of it', async (sort) => {
      await upsert(storage(), [
        { ...priced('red', 2000, [deep]), attributes: { colour: 'red' } },
        { ...priced('blue', 3000, [deep]), attributes: { colour: 'blue' } },
      ])
      expect(await list(sort, kettles, { attributes: { colour: 'red' } })).toEqual(['red'])
      expect(await list(sort, kettles, { price: { currency: 'USD', minMinor: 2500 } })).toEqual(['blue'])
      expect(await list(sort, kettles, { price: { currency: 'USD', minMinor: 1500, maxMinor: 2500 } })).toEqual(['red'])
      expect(await list(sort, kettles, { price: { currency: 'USD', minMinor: 4000 } })).toEqual([])
      expect(await list(sort, ['Garden'], { attributes: { colour: 'red' } })).toEqual([])
    })

    it('needs no mending of what this store writes', async () => {
      await setPrice('p-0-1', 5)
      await setStatus('p-0-2', 'draft')
      await upsert(storage(), [priced('p-1-1', 7, [top])], 9000)
      const { id } = await storedProduct(storage(), 'p-2-1')
      await storage().transaction(at(60_000), (tx) => tx.reviews.countRating({ productId: id, stars: [0, 0, 0, 1, 0] }))
      expect((await list('rating', kitchen))[0]).toBe('p-2-1')
      expect(await storage().transaction(at(60_000), (tx) => tx.catalog.listAnew({ limit: 100 }))).toBe(0)
    })
  })
}
