import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type CachedShop, cachedShops, reprice, shownPrice } from '../../test/cached-shops.ts'
import { CommerceError } from '../errors.ts'
import { type CacheLevel, inProcessCache } from '../runtime/cache.ts'
import type { CacheOptions } from './catalog-cache-options.ts'

const second = 1_000
const minute = 60 * second

let opened: Awaited<ReturnType<typeof cachedShops>> | undefined
afterEach(async () => {
  await opened?.close()
  opened = undefined
})

/** Two shops, as two processes: the tests change something in `mine` and look at it in `theirs`. */
async function twoShops(options: CacheOptions = {}) {
  opened = await cachedShops(2, options)
  const [mine, theirs] = opened.shops
  if (mine === undefined || theirs === undefined) throw new Error('two shops were asked for')
  return { mine, theirs, pass: opened.pass, storage: opened.storage }
}

const outage = async () => {
  throw new CommerceError('STORAGE_UNAVAILABLE', { details: {} })
}

/** A door that lets callers through once it is opened, and tells when the first of them stands before it. */
function door() {
  let open = () => {}
  let arrive = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  return {
    open,
    arrived,
    pass: async () => {
      arrive()
      await opened
    },
  }
}

/** The price of the mug to one who has read it and is held up before keeping it, until `open`. */
async function slowlyShownPrice(shop: CachedShop) {
  const slow = door()
  shop.line.afterRead = slow.pass
  const before = shownPrice(shop)
  await slow.arrived
  shop.line.afterRead = async () => {}
  return { before, open: slow.open }
}

describe('a product', () => {
  it('is read once for all who ask at the same time, and not again', async () => {
    const { theirs } = await twoShops()
    await Promise.all(Array.from({ length: 20 }, () => shownPrice(theirs)))
    await shownPrice(theirs)
    expect(theirs.line.reads).toBe(1)
  })

  it('is the same by handle, SKU and id, and cannot be changed by whoever gets it', async () => {
    const { theirs } = await twoShops()
    const product = await theirs.commerce.catalog.get({ handle: 'mug' })
    product.createdAt.setFullYear(1999)
    expect(() => Object.assign(product, { title: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(product.variants[0] ?? {}, { sku: 'x' })).toThrow(TypeError)
    const { createdAt } = await theirs.commerce.catalog.get({ sku: 'MUG' })
    expect(createdAt.getFullYear()).toBe(2026)
    expect(await theirs.commerce.catalog.get({ id: product.id })).toEqual({ ...product, createdAt })
  })

  it('that does not exist, or is hidden, is not remembered', async () => {
    const { mine, theirs } = await twoShops()
    const cup = (status: string) => ({ handle: 'cup', title: 'Cup', status, variants: [{ sku: 'CUP', prices: [{ currency: 'USD', amountMinor: 1 }] }] })
    const look = () => theirs.commerce.catalog.get({ handle: 'cup' })
    await expect(look()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await mine.commerce.catalog.upsertMany({ products: [cup('draft')] })
    await expect(look()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await mine.commerce.catalog.upsertMany({ products: [cup('published')] })
    expect(await look()).toMatchObject({ title: 'Cup' })
  })

  it('is read anew ahead of its time, while it goes on being answered', async () => {
    const { theirs, pass } = await twoShops()
    await shownPrice(theirs)
    pass(59_999)
    await shownPrice(theirs)
    pass(2)
    await shownPrice(theirs)
    expect(theirs.line.reads).toBe(2)
  })
})

describe('a change', () => {
  it('is seen at once by the process that made it', async () => {
    const { mine } = await twoShops()
    expect(await shownPrice(mine)).toBe(1250)
    await reprice(mine, 990)
    expect(await shownPrice(mine)).toBe(990)
  })

  it('is seen by another process within a second', async () => {
    const { mine, theirs, pass } = await twoShops()
    expect(await shownPrice(theirs)).toBe(1250)
    await reprice(mine, 990)
    expect(await shownPrice(theirs)).toBe(1250)
    pass(second)
    expect(await shownPrice(theirs)).toBe(990)
  })

  it('is seen within the time to live when its event is lost', async () => {
    const { mine, theirs, pass } = await twoShops()
    theirs.line.deaf = true
    expect(await shownPrice(theirs)).toBe(1250)
    await reprice(mine, 990)
    pass(40 * second)
    expect(await shownPrice(theirs)).toBe(1250)
    pass(20 * second)
    expect(await shownPrice(theirs)).toBe(990)
  })

  it('is not undone by a slow reader that had read before it', async () => {
    const { mine, theirs, pass } = await twoShops()
    await shownPrice(theirs, 'tee')
    const { before, open } = await slowlyShownPrice(theirs)
    await reprice(mine, 990)
    pass(second)
    await shownPrice(theirs, 'tee')
    open()
    expect(await before).toBe(1250)
    expect(await shownPrice(theirs)).toBe(990)
  })

  it('empties everything when its event was pruned before it was read', async () => {
    const { mine, theirs, pass } = await twoShops({ ttlMs: 20 * 24 * 60 * minute })
    await Promise.all([shownPrice(theirs), shownPrice(theirs, 'tee')])
    await reprice(mine, 990)
    pass(10 * 24 * 60 * minute)
    await mine.commerce.worker.runOnce({ jobs: ['sweep'] })
    expect(await shownPrice(theirs)).toBe(990)
    expect(theirs.line.reads).toBe(3)
  })

  it('reaches listings, which are kept in pages', async () => {
    const { mine, theirs, pass } = await twoShops()
    const titles = async () => (await theirs.commerce.catalog.list({ sort: 'title' })).items.map(({ title }) => title)
    expect(await titles()).toEqual(['Mug', 'Tee'])
    await mine.commerce.catalog.archive({ productId: (await mine.commerce.catalog.get({ handle: 'mug' })).id })
    expect(await titles()).toEqual(['Mug', 'Tee'])
    pass(second)
    expect(await titles()).toEqual(['Tee'])
  })
})

describe('availability', () => {
  const band = async ({ commerce }: Awaited<ReturnType<typeof twoShops>>['mine']) => (await commerce.catalog.availability({ sku: 'MUG' })).variants[0]

  it('is kept until it comes to another band, and apart from the product', async () => {
    const { mine, theirs, pass } = await twoShops()
    expect(await band(theirs)).toEqual({ sku: 'MUG', band: 'in_stock', buyable: true })
    await shownPrice(theirs)
    const { reads } = theirs.line
    const take = async (units: number) => {
      await mine.commerce.inventory.reserve({ claims: [{ sku: 'MUG', quantity: units }], holder: { type: 'external', id: 'x' } })
      pass(second)
      return band(theirs)
    }
    expect(await take(1)).toMatchObject({ band: 'in_stock' })
    expect(theirs.line.reads).toBe(reads)
    expect(await take(1)).toMatchObject({ band: 'low', buyable: true })
    expect(await take(5)).toMatchObject({ band: 'out', buyable: false })
    await shownPrice(theirs)
    expect(theirs.line.reads).toBe(reads + 2)
  })

  it('is the same with and without a cache', async () => {
    const { theirs } = await twoShops()
    const cached = await theirs.commerce.catalog.availability({ handle: 'tee' })
    expect(cached).toEqual({ handle: 'tee', variants: [{ sku: 'TEE', band: 'in_stock', buyable: true }] })
    await expect(theirs.commerce.catalog.availability({ handle: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('while the database fails', () => {
  it('what is known goes on being answered, marked, for a bounded time', async () => {
    const { mine, theirs, pass } = await twoShops()
    await Promise.all([shownPrice(theirs), theirs.commerce.catalog.list()])
    await reprice(mine, 990)
    theirs.line.before = outage
    pass(second)
    const look = () => theirs.commerce.catalog.get({ handle: 'mug' })
    expect(await look()).toMatchObject({ stale: true, variants: [{ prices: [{ amountMinor: 1250 }] }] })
    pass(5 * minute)
    expect(await look()).toMatchObject({ stale: true })
    expect(await theirs.commerce.catalog.list()).toMatchObject({ stale: true })
    pass(7 * minute)
    await expect(look()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    theirs.line.before = async () => {}
    pass(second)
    expect(await look()).not.toHaveProperty('stale')
    expect(await shownPrice(theirs)).toBe(990)
  })

  it('a failure is not remembered', async () => {
    const { theirs } = await twoShops()
    theirs.line.before = outage
    await expect(shownPrice(theirs)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    theirs.line.before = async () => {}
    expect(await shownPrice(theirs)).toBe(1250)
  })

  it('a database that hangs is waited for a quarter of a second, once there is something to answer', async () => {
    const { theirs, pass } = await twoShops()
    await shownPrice(theirs)
    const hanging = door()
    theirs.line.before = hanging.pass
    pass(10 * second)
    const look = theirs.commerce.catalog.get({ handle: 'mug' })
    await hanging.arrived
    pass(250)
    expect(await look).toMatchObject({ stale: true })
    expect(await theirs.commerce.catalog.get({ handle: 'mug' })).toMatchObject({ stale: true })
    hanging.open()
  })
})

describe('with a level that is shared', () => {
  it('one process reads for all of them', async () => {
    const { mine, theirs } = await twoShops({ shared: inProcessCache() })
    for (const shop of [mine, theirs]) await shownPrice(shop, 'tee')
    const before = mine.line.reads + theirs.line.reads
    const slow = door()
    mine.line.afterRead = slow.pass
    const first = shownPrice(mine)
    await slow.arrived
    const other = shownPrice(theirs)
    await turn()
    slow.open()
    expect(await first).toBe(1250)
    opened?.pass(20)
    expect(await other).toBe(1250)
    expect(await theirs.commerce.catalog.get({ handle: 'mug' })).toEqual(await mine.commerce.catalog.get({ handle: 'mug' }))
    expect(mine.line.reads + theirs.line.reads).toBe(before + 1)
  })

  it('a slow reader does not put back what was read before a change', async () => {
    const shared = inProcessCache()
    const { mine, theirs, pass } = await twoShops({ shared })
    for (const shop of [mine, theirs]) await shownPrice(shop, 'tee')
    const { before, open } = await slowlyShownPrice(theirs)
    await reprice(mine, 990)
    open()
    expect(await before).toBe(1250)
    expect(await shownPrice(mine)).toBe(990)
    pass(second)
    expect(await shownPrice(theirs)).toBe(990)
  })

  it('a process that has just begun does not find what was changed before it', async () => {
    const shared = inProcessCache()
    const kept = replacingClose(shared)
    const first = await cachedShops(2, { shared: kept })
    opened = first
    const [mine, theirs] = first.shops
    if (mine === undefined || theirs === undefined) throw new Error('two shops were asked for')
    expect(await shownPrice(mine)).toBe(1250)
    // The other process changes the price and dies before it invalidates anything.
    await first.storage.transaction({ source: 'database' }, async (tx) => {
      const changed = await tx.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor: 990, compareAtMinor: null } })
      if (changed === undefined) throw new Error('there is no such SKU')
      const event = { aggregateType: 'product', aggregateId: changed.productId, aggregateVersion: changed.version } as const
      const id = '018f2a50-0000-7000-8000-000000000001' as never
      await tx.outbox.append([{ id, topic: 'product.changed', ...event, payload: { handle: 'mug', change: 'price' }, occurredAt: tx.now }])
    })
    expect(await shownPrice(theirs)).toBe(990)
  })

  it('its failures cost nothing but the database reads, and what could not be invalidated is not used afterwards', async () => {
    const shared = inProcessCache()
    const faults = { failing: false }
    const { mine, theirs, pass } = await twoShops({ shared: failing(shared, faults) })
    for (const shop of [mine, theirs]) expect(await shownPrice(shop)).toBe(1250)
    faults.failing = true
    await reprice(mine, 990)
    expect(await shownPrice(mine)).toBe(990)
    pass(second)
    expect(await shownPrice(theirs)).toBe(990)
    faults.failing = false
    pass(minute)
    expect(await shownPrice(theirs)).toBe(990)
    pass(minute)
    expect(await shownPrice(mine)).toBe(990)
  })
})

function replacingClose(level: CacheLevel): CacheLevel {
  return { ...level, close: async () => {} }
}

function failing(level: CacheLevel, faults: { readonly failing: boolean }): CacheLevel {
  const through =
    <P, T>(call: (params: P) => Promise<T>) =>
    (params: P) =>
      faults.failing ? Promise.reject(new Error('the level is down')) : call(params)
  return {
    get: through(level.get),
    lease: through(level.lease),
    store: through(level.store),
    invalidate: through(level.invalidate),
    close: level.close,
  }
}
