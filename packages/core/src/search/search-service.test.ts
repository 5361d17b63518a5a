import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import { CatalogService } from '../catalog/catalog-service.ts'
import type { ProductId } from '../ids.ts'
import { InventoryService } from '../inventory/inventory-service.ts'
import { miniSearchIndex } from './minisearch-index.ts'
import { SearchFeed } from './search-feed.ts'
import type { SearchDocument, SearchIndex } from './search-index.ts'
import { SearchService } from './search-service.ts'

type Shop = Awaited<ReturnType<typeof openShop>>

let folder: string
let closing: (() => Promise<void>)[] = []

/** A shop of its own over one file, as another process would have it. */
async function openShop(name = 'shop', options: { refreshMs?: number } = {}) {
  const context = await testContext({ storage: sqliteStorage({ file: join(folder, `${name}.db`) }) })
  const index = countingIndex()
  const shop = {
    context,
    index,
    catalog: new CatalogService(context),
    inventory: new InventoryService(context),
    search: new SearchService(context, index, new SearchFeed(context, index), options),
  }
  closing.push(async () => {
    await shop.search.close()
    await context.storage.close()
  })
  return shop
}

/** MiniSearch, with a count of what it is given. */
function countingIndex(): SearchIndex & { upserted: number; cleared: number } {
  const index = miniSearchIndex()
  return {
    inProcess: true,
    upserted: 0,
    cleared: 0,
    async upsert(documents: readonly SearchDocument[]) {
      this.upserted += documents.length
      await index.upsert(documents)
    },
    remove: (ids: readonly ProductId[]) => index.remove(ids),
    async clear() {
      this.cleared += 1
      await index.clear()
    },
    query: (query) => index.query(query),
    suggest: (query) => index.suggest(query),
    close: () => index.close(),
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cartwright-search-'))
})

afterEach(async () => {
  for (const close of closing) await close()
  closing = []
  rmSync(folder, { recursive: true, force: true })
})

/** Shares no word with the title. */
const skuOf = (handle: string) => `NO${handle.replaceAll('-', '').toUpperCase()}`
const record = (handle: string, fields: Record<string, unknown> = {}) => ({
  handle,
  title: handle.replaceAll('-', ' '),
  variants: [{ sku: skuOf(handle), prices: [{ currency: 'USD', amountMinor: 1_000 }], stock: [{ quantity: 2 }] }],
  ...fields,
})
const found = async ({ search }: Pick<Shop, 'search'>, text: string, filter = {}) => (await search.query({ text, filter })).items.map(({ handle }) => handle)

describe('the index', () => {
  it('is built by the first query', async () => {
    const shop = await openShop()
    await shop.catalog.upsertMany({ products: [record('copper-kettle'), record('steel-pan')] })
    expect(shop.index.upserted).toBe(0)
    const answer = await shop.search.query({ text: 'ketle' })
    expect(answer).toMatchObject({ total: 1, items: [{ handle: 'copper-kettle', title: 'copper kettle', sku: 'NOCOPPERKETTLE', inStock: true }] })
    expect(answer.elapsedMs).toBeGreaterThan(0)
    expect(shop.index.upserted).toBe(2)
  })

  it('follows imports without being built again', async () => {
    const shop = await openShop()
    await shop.catalog.upsertMany({ products: [record('copper-kettle')] })
    await found(shop, 'kettle')
    await shop.catalog.upsertMany({ products: [record('copper-kettle', { title: 'Copper teapot' }), record('steel-kettle')] })
    expect(await found(shop, 'kettle')).toEqual(['steel-kettle'])
    expect(await found(shop, 'teapot')).toEqual(['copper-kettle'])
    expect([shop.index.upserted, shop.index.cleared]).toEqual([3, 1])
  })

  it('has published products with an active variant only', async () => {
    const shop = await openShop()
    const { results } = await shop.catalog.upsertMany({ products: [record('blue-kettle'), record('draft-kettle', { status: 'draft' })] })
    const [blue, draft] = results.map((result) => (result as { productId: ProductId }).productId)
    expect(await found(shop, 'kettle')).toEqual(['blue-kettle'])
    await shop.catalog.publish({ productId: draft as ProductId })
    expect((await found(shop, 'kettle')).sort()).toEqual(['blue-kettle', 'draft-kettle'])
    await shop.catalog.archive({ productId: blue as ProductId })
    expect(await found(shop, 'kettle')).toEqual(['draft-kettle'])
  })

  it('sees what a shop in another process imports into the same file', async () => {
    const [here, there] = [await openShop(), await openShop()]
    expect(await found(here, 'kettle')).toEqual([])
    await there.catalog.upsertMany({ products: [record('copper-kettle')] })
    expect(await found(here, 'kettle')).toEqual(['copper-kettle'])
    await there.catalog.upsertMany({ products: Array.from({ length: 450 }, (_, n) => record(`mug-${n}`)) })
    expect((await here.search.query({ text: 'mug' })).total).toBe(450)
    expect(here.index.cleared).toBe(1)
  })

  it('is built anew when the events it has not seen are pruned', async () => {
    const [here, there] = [await openShop(), await openShop()]
    const { results } = await here.catalog.upsertMany({ products: [record('copper-kettle'), record('steel-kettle')] })
    expect(await found(here, 'kettle')).toHaveLength(2)
    await there.catalog.archive({ productId: (results[0] as { productId: ProductId }).productId })
    await there.catalog.upsertMany({ products: [record('iron-kettle')] })
    const later = new Date('2026-02-01T00:00:00Z')
    const pruned = await there.context.storage.transaction({ source: 'value', at: later }, ({ outbox }) => outbox.prune({ before: later, limit: 1_000 }))
    expect(pruned).toBeGreaterThan(0)
    await there.catalog.upsertMany({ products: [record('tin-kettle')] })
    expect((await found(here, 'kettle')).sort()).toEqual(['iron-kettle', 'steel-kettle', 'tin-kettle'])
    expect(here.index.cleared).toBe(2)
  })

  it('is emptied and filled again by reindex, while queries wait', async () => {
    const shop = await openShop()
    await shop.catalog.upsertMany({ products: Array.from({ length: 250 }, (_, n) => record(`mug-${n}`)) })
    await found(shop, 'mug')
    const [report, during] = await Promise.all([shop.search.reindex(), shop.search.query({ text: 'mug' })])
    expect(report).toEqual({ documents: 250, elapsedMs: expect.any(Number) })
    expect(during.total).toBe(250)
    expect(shop.index.cleared).toBe(2)
  })

  it('may lag by refreshMs', async () => {
    const shop = await openShop('shop', { refreshMs: 3_600_000 })
    expect(await found(shop, 'kettle')).toEqual([])
    await shop.catalog.upsertMany({ products: [record('copper-kettle')] })
    expect(await found(shop, 'kettle')).toEqual([])
    await shop.search.reindex()
    expect(await found(shop, 'kettle')).toEqual(['copper-kettle'])
  })

  it('recovers from a build that failed', async () => {
    const shop = await openShop()
    await shop.catalog.upsertMany({ products: [record('copper-kettle')] })
    const upsert = shop.index.upsert
    shop.index.upsert = () => Promise.reject(new Error('out of memory'))
    expect(await shop.search.query({ text: 'kettle' })).toMatchObject({ degraded: true, total: 1 })
    shop.index.upsert = upsert
    expect(await found(shop, 'kettle')).toEqual(['copper-kettle'])
  })

  it('answers many queries at once, each with what was committed before it', async () => {
    const shop = await openShop()
    await shop.catalog.upsertMany({ products: [record('copper-kettle')] })
    const first = Array.from({ length: 20 }, () => found(shop, 'kettle'))
    await shop.catalog.upsertMany({ products: [record('steel-kettle')] })
    const second = Array.from({ length: 20 }, () => found(shop, 'kettle'))
    expect((await Promise.all(first)).every((handles) => handles.includes('copper-kettle'))).toBe(true)
    expect((await Promise.all(second)).every((handles) => handles.length === 2)).toBe(true)
    expect(shop.index.cleared).toBe(1)
  })
})

describe('stock', () => {
  it('selling out takes a product from in-stock results, and a delivery puts it back', async () => {
    const shop = await openShop()
    await shop.catalog.upsertMany({ products: [record('copper-kettle'), record('steel-kettle')] })
    const inStock = async () => (await found(shop, 'kettle', { inStock: true })).sort()
    expect(await inStock()).toEqual(['copper-kettle', 'steel-kettle'])
    const holder = { type: 'external', id: 'x' } as const
    const held = await shop.inventory.reserve({ claims: [{ sku: 'NOCOPPERKETTLE', quantity: 2 }], holder })
    expect(await inStock()).toEqual(['steel-kettle'])
    expect((await found(shop, 'kettle')).sort()).toEqual(['copper-kettle', 'steel-kettle'])
    await shop.inventory.adjust({ sku: 'NOCOPPERKETTLE', by: 1, reason: 'received' })
    expect(await inStock()).toEqual(['copper-kettle', 'steel-kettle'])
    expect(held).toBeDefined()
  })

  it('gives the SKU that can be bought', async () => {
    const shop = await openShop()
    const prices = [{ currency: 'USD', amountMinor: 1_000 }]
    const variants = [
      { sku: 'S', prices, stock: [{ quantity: 0 }] },
      { sku: 'M', prices, stock: [{ quantity: 1 }] },
    ]
    await shop.catalog.upsertMany({ products: [record('shirt', { variants })] })
    expect((await shop.search.query({ text: 'shirt' })).items[0]?.sku).toBe('M')
    await shop.inventory.adjust({ sku: 'M', to: 0, reason: 'counted' })
    expect((await shop.search.query({ text: 'shirt' })).items[0]).toMatchObject({ sku: 'S', inStock: false })
  })
})

describe('a query', () => {
  it('filters by category and price, and counts what is left', async () => {
    const shop = await openShop()
    await shop.catalog.upsertMany({
      products: [
        record('copper-kettle', { categories: [['Kitchen', 'Kettles']] }),
        record('tea-kettle', { categories: [['Garden']] }),
        record('gold-kettle', { categories: [['Kitchen']], variants: [{ sku: 'G', prices: [{ currency: 'USD', amountMinor: 90_000 }] }] }),
      ],
    })
    expect((await found(shop, 'kettle', { category: ['Kitchen'] })).sort()).toEqual(['copper-kettle', 'gold-kettle'])
    expect(await found(shop, 'kettle', { category: ['Kitchen'], price: { currency: 'USD', minMinor: 50_000 } })).toEqual(['gold-kettle'])
    const page = await shop.search.query({ text: 'kettle', limit: 1, offset: 1 })
    expect([page.total, page.items.length]).toEqual([3, 1])
  })

  it.each([
    {},
    { text: 5 },
    { text: 'x'.repeat(201) },
    { text: 'x', limit: 0 },
    { text: 'x', limit: 101 },
    { text: 'x', offset: -1 },
    { text: 'x', offset: 10_001 },
    { text: 'x', filter: { colour: 'red' } },
  ])('refuses %j', async (params) => {
    const shop = await openShop()
    await expect(shop.search.query(params as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
