import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, CommerceError, createCommerce } from '@cartwright/core'
import { type ManualClock, manualClock } from '@cartwright/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import type { ProductId } from '../ids.ts'
import { miniSearchIndex } from './minisearch-index.ts'
import type { SearchIndex, SearchRebuild, SearchWrite } from './search-index.ts'

/** MiniSearch as an index that several processes share and that outlives them: it fences its writers, and builds a new content beside the old one. */
class SharedIndex implements SearchIndex {
  readonly inProcess = false
  #live = miniSearchIndex()
  #building: SearchIndex | undefined
  #fence = 0
  down = false
  /** Awaited before a write is applied. */
  beforeWrite: () => Promise<unknown> = async () => undefined

  async upsert(...[documents, write]: Parameters<SearchIndex['upsert']>): Promise<void> {
    await this.beforeWrite()
    this.#admit(write)
    await this.#live.upsert(documents)
  }
  async remove(...[ids, write]: Parameters<SearchIndex['remove']>): Promise<void> {
    this.#admit(write)
    await this.#live.remove(ids)
  }
  async clear(): Promise<void> {
    await this.#live.clear()
  }
  async query(query: Parameters<SearchIndex['query']>[0]) {
    if (this.down) throw new CommerceError('STORAGE_UNAVAILABLE', { details: {} })
    return await this.#live.query(query)
  }
  async suggest(query: Parameters<SearchIndex['suggest']>[0]) {
    return await this.#live.suggest(query)
  }
  async rebuild(): Promise<SearchRebuild> {
    const content = miniSearchIndex()
    this.#building = content
    const current = () => {
      if (this.#building !== content) throw new CommerceError('CONFLICT', { details: { object: 'search index' } })
      return content
    }
    return {
      upsert: async (documents) => {
        await this.beforeWrite()
        await current().upsert(documents)
      },
      remove: (ids) => current().remove(ids),
      finish: async ({ fence = 0 } = {}) => {
        this.#live = current()
        this.#fence = fence
      },
    }
  }
  async close(): Promise<void> {}

  #admit({ fence }: SearchWrite = {}): void {
    if (this.down) throw new CommerceError('STORAGE_UNAVAILABLE', { details: {} })
    if (fence === undefined) return
    if (fence < this.#fence) throw new CommerceError('CONFLICT', { details: { object: 'search index' } })
    this.#fence = fence
  }
}

let folder: string
let clock: ManualClock
let opened: Commerce[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cartwright-feed-'))
  clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  opened = []
})

afterEach(async () => {
  for (const commerce of opened) await commerce.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A shop as one process has it: the file and the index are everybody's. */
async function openShop(search: SearchIndex): Promise<Commerce> {
  const commerce = await createCommerce({ storage: sqliteStorage({ file: join(folder, 'shop.db') }), currency: 'USD', search, clock })
  opened.push(commerce)
  return commerce
}

const kettle = (handle: string, title = handle.replaceAll('-', ' ')) => ({
  handle,
  title,
  variants: [{ sku: `NO${handle.replaceAll('-', '')}`, prices: [{ currency: 'USD', amountMinor: 1_000 }], stock: [{ quantity: 2 }] }],
})
const put = (commerce: Commerce, ...products: readonly object[]) => commerce.catalog.upsertMany({ products })
const feed = async (commerce: Commerce) => (await commerce.worker.runOnce({ jobs: ['search'] })).search
const found = async (commerce: Commerce, text: string) => (await commerce.search.query({ text })).items.map(({ handle }) => handle).sort()

test('the worker feeds an index outside the process with what changes after it was built, and nothing before', async () => {
  const shop = await openShop(new SharedIndex())
  await put(shop, kettle('copper-kettle'))
  expect(await feed(shop)).toEqual({ done: 0, failed: 0 })
  expect(await found(shop, 'kettle')).toEqual([])
  expect((await shop.search.reindex()).documents).toBe(1)
  expect(await found(shop, 'kettle')).toEqual(['copper-kettle'])
  await put(shop, kettle('copper-kettle', 'Copper teapot'), kettle('steel-kettle'))
  expect(await found(shop, 'kettle')).toEqual(['copper-kettle'])
  expect(await feed(shop)).toEqual({ done: 2, failed: 0 })
  expect([await found(shop, 'kettle'), await found(shop, 'teapot')]).toEqual([['steel-kettle'], ['copper-kettle']])
  expect(await feed(shop)).toEqual({ done: 0, failed: 0 })
})

test('what is sold out, archived or imported in bulk reaches it too', async () => {
  const shop = await openShop(new SharedIndex())
  await shop.search.reindex()
  const { results } = await put(shop, kettle('copper-kettle'), kettle('steel-kettle'), ...Array.from({ length: 450 }, (_, n) => kettle(`mug-${n}`)))
  expect((await feed(shop))?.failed).toBe(0)
  expect((await shop.search.query({ text: 'mug' })).total).toBe(450)
  await shop.inventory.adjust({ sku: 'NOsteelkettle', to: 0, reason: 'counted' })
  await shop.catalog.archive({ productId: (results[0] as { productId: ProductId }).productId })
  await feed(shop)
  const { items } = await shop.search.query({ text: 'kettle' })
  expect(items.map(({ handle, inStock }) => [handle, inStock])).toEqual([['steel-kettle', false]])
})

test('while the index is down its changes stay due, the other jobs run, and orders are placed', async () => {
  const index = new SharedIndex()
  const { commerce } = await testShop({ search: index })
  await commerce.search.reindex()
  index.down = true
  await commerce.catalog.upsertMany({ products: [kettle('copper-kettle')] })
  expect(await commerce.search.query({ text: 'kettle' })).toMatchObject({ degraded: true, items: [{ handle: 'copper-kettle' }] })
  const placed = await placeWith(commerce, await quotedCart(commerce, { MUG: 10 }), 'card_ok', 'k')
  expect(placed.outcome).toBe('confirmed')
  const report = await commerce.worker.runOnce()
  expect(report).toMatchObject({ search: { done: 0, failed: 1 }, sweep: { failed: 0 } })
  index.down = false
  expect(await feed(commerce)).toEqual({ done: 2, failed: 0 })
  expect(await found(commerce, 'kettle')).toEqual(['copper-kettle'])
  expect((await commerce.search.query({ text: 'mug' })).items).toMatchObject([{ inStock: false }])
  await commerce.close()
})

test('several workers feed one after the other, and one that dies is followed by the next when its lease is over', async () => {
  const index = new SharedIndex()
  const [here, there] = [await openShop(index), await openShop(index)]
  await here.search.reindex()
  await put(here, kettle('copper-kettle'))
  const dies = Promise.withResolvers<void>()
  index.beforeWrite = () => {
    dies.resolve()
    return new Promise(() => undefined)
  }
  const dead = feed(here)
  await dies.promise
  expect(await feed(there)).toEqual({ done: 0, failed: 0 })
  index.beforeWrite = async () => undefined
  expect(await feed(there)).toEqual({ done: 0, failed: 0 })
  clock.advance(61_000)
  expect(await feed(there)).toEqual({ done: 1, failed: 0 })
  expect(await found(there, 'kettle')).toEqual(['copper-kettle'])
  expect(dead).toBeInstanceOf(Promise)
})

test('a worker that slept through its lease does not put an old state over a newer one', async () => {
  const index = new SharedIndex()
  const [slow, quick] = [await openShop(index), await openShop(index)]
  await slow.search.reindex()
  await put(slow, kettle('copper-kettle', 'Old title'))
  const asleep = Promise.withResolvers<void>()
  const awake = Promise.withResolvers<void>()
  index.beforeWrite = () => {
    asleep.resolve()
    return awake.promise
  }
  const late = feed(slow)
  await asleep.promise
  index.beforeWrite = async () => undefined
  await put(quick, kettle('copper-kettle', 'New title'))
  clock.advance(61_000)
  await feed(quick)
  awake.resolve()
  expect(await late).toEqual({ done: 0, failed: 1 })
  expect([await found(quick, 'new'), await found(quick, 'old')]).toEqual([['copper-kettle'], []])
})

test('reindex answers from the old content until the new one has everything, changes of the meantime included', async () => {
  const index = new SharedIndex()
  const [builder, other] = [await openShop(index), await openShop(index)]
  await put(builder, kettle('copper-kettle'), kettle('steel-kettle', 'Steel kettle old'))
  await builder.search.reindex()
  const { results } = await put(builder, kettle('tin-kettle'))
  let during: readonly string[] = []
  index.beforeWrite = async () => {
    index.beforeWrite = async () => undefined
    during = await found(other, 'kettle')
    // The page that is about to be written is out of date now, and the worker has already moved on.
    await put(other, kettle('steel-kettle', 'Steel kettle new'))
    await other.catalog.archive({ productId: (results[0] as { productId: ProductId }).productId })
    await feed(other)
  }
  expect((await builder.search.reindex()).documents).toBe(3)
  expect(during).toEqual(['copper-kettle', 'steel-kettle'])
  expect(await found(builder, 'kettle')).toEqual(['copper-kettle', 'steel-kettle'])
  expect([await found(builder, 'new'), await found(builder, 'old')]).toEqual([['steel-kettle'], []])
  await feed(other)
  expect([await found(builder, 'new'), await found(builder, 'old')]).toEqual([['steel-kettle'], []])
})

test('a reindex that another one overtakes ends with CONFLICT, and the later one counts', async () => {
  const index = new SharedIndex()
  const [first, second] = [await openShop(index), await openShop(index)]
  await put(first, kettle('copper-kettle'))
  index.beforeWrite = async () => {
    index.beforeWrite = async () => undefined
    await second.search.reindex()
  }
  const overtaken = first.search.reindex()
  await expect(overtaken).rejects.toMatchObject({ code: 'CONFLICT', retryable: true })
  expect(await found(first, 'kettle')).toEqual(['copper-kettle'])
})

test('an index that cannot build beside itself is emptied and filled', async () => {
  const plain = withoutRebuild(new SharedIndex())
  const shop = await openShop(plain)
  await put(shop, kettle('copper-kettle'))
  await shop.search.reindex()
  await shop.search.reindex()
  expect(await found(shop, 'kettle')).toEqual(['copper-kettle'])
  await put(shop, kettle('steel-kettle'))
  expect(await feed(shop)).toEqual({ done: 1, failed: 0 })
  expect(await found(shop, 'kettle')).toEqual(['copper-kettle', 'steel-kettle'])
})

function withoutRebuild(index: SharedIndex): SearchIndex {
  return {
    inProcess: false,
    upsert: (documents, write) => index.upsert(documents, write),
    remove: (ids, write) => index.remove(ids, write),
    clear: () => index.clear(),
    query: (query) => index.query(query),
    suggest: (query) => index.suggest(query),
    close: () => index.close(),
  }
}
