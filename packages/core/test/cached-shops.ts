import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type CacheOptions, type Commerce, createCommerce } from '@cartwright/core'
import type { Storage, StorageSnapshot } from '@cartwright/core/ports'
import { manualClock, manualTimers } from '@cartwright/testing'

/** What a test does to the database of one shop. */
export interface Line {
  /** Products read, by handle, id or SKU. */
  reads: number
  /** Events never arrive. */
  deaf: boolean
  /** Awaited before a snapshot begins: throw to fail it, wait to slow it. */
  before: () => Promise<void>
  /** Awaited after a snapshot in which a product was read, before its caller has it. */
  afterRead: () => Promise<void>
}

export interface CachedShop {
  readonly commerce: Commerce
  readonly line: Line
}

/** Several shops, each with its own cache as if in its own process, on one database, one clock and one set of timers. */
export async function cachedShops(count: number, options: CacheOptions = {}) {
  const storage = sqliteStorage({ file: ':memory:' })
  const timers = manualTimers()
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const shops: CachedShop[] = []
  for (let index = 0; index < count; index += 1) {
    const line: Line = { reads: 0, deaf: false, before: async () => {}, afterRead: async () => {} }
    const commerce = await createCommerce({ storage: onLine(storage, line), currency: 'USD', clock, timers, cache: options })
    shops.push({ commerce, line })
  }
  const usd = (amountMinor: number) => [{ currency: 'USD', amountMinor }]
  const products = [
    { handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: usd(1250), stock: [{ quantity: 7 }] }] },
    { handle: 'tee', title: 'Tee', variants: [{ sku: 'TEE', prices: usd(2000), stock: [{ quantity: 20 }] }] },
  ]
  const [first] = shops
  if (first === undefined) throw new Error('open one shop at least')
  await first.commerce.catalog.upsertMany({ products })
  return {
    shops,
    storage,
    /** Lets time pass, for all of them. */
    pass: (ms: number) => {
      clock.advance(ms)
      timers.advance(ms)
    },
    close: async () => {
      for (const { commerce } of shops) await commerce.close()
      await storage.close()
    },
  }
}

function onLine(storage: Storage, line: Line): Storage {
  const heard = (snapshot: StorageSnapshot): StorageSnapshot => {
    const catalog = replacing(snapshot.catalog, {
      findProduct: async (key) => {
        const product = await snapshot.catalog.findProduct(key)
        line.reads += 1
        return product
      },
    })
    const outbox = line.deaf
      ? replacing(snapshot.outbox, { head: () => snapshot.outbox.tail(), read: async ({ after }) => ({ events: [], cursor: after, pruned: false }) })
      : snapshot.outbox
    return replacing(snapshot, { catalog, outbox })
  }
  return replacing(storage, {
    snapshot: async (now, work, options) => {
      await line.before()
      const readsBefore = line.reads
      const answer = await storage.snapshot(now, (snapshot) => work(heard(snapshot)), options)
      if (line.reads > readsBefore) await line.afterRead()
      return answer
    },
    close: async () => {},
  })
}

/** The same object with some members replaced. */
function replacing<T extends object>(target: T, replaced: Partial<T>): T {
  return new Proxy(target, {
    get(object, property) {
      const member: unknown = Object.hasOwn(replaced, property) ? Reflect.get(replaced, property) : Reflect.get(object, property, object)
      return typeof member === 'function' && !Object.hasOwn(replaced, property) ? member.bind(object) : member
    },
  })
}

/** What the first variant costs, in cents, and whether the answer is stale. */
export async function shownPrice({ commerce }: CachedShop, handle = 'mug'): Promise<number | undefined> {
  const product = await commerce.catalog.get({ handle })
  return product.variants[0]?.prices[0]?.amountMinor
}

export function reprice({ commerce }: CachedShop, amountMinor: number): Promise<unknown> {
  return commerce.catalog.setPrice({ sku: 'MUG', price: { currency: 'USD', amountMinor } })
}
