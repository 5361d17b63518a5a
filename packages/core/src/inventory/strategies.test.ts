import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce, type InventoryOptions, type Storage, systemTimers } from '@cartwright/core'
import { fakePayments, manualClock } from '@cartwright/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { expectSound, placeWith, quotedCart, stockOf } from '../../test/test-shop.ts'
import { strategyNames } from './reservation-strategy.ts'

/** A storage that tells how each reservation was made, and lets a test step in before a transaction begins. */
interface Watched {
  readonly storage: Storage
  readonly methods: string[]
  transactions: number
  beforeTransaction: (() => Promise<void>) | undefined
}

function watched(): Watched {
  const real = sqliteStorage({ file: ':memory:' })
  const watch: Watched = {
    methods: [],
    transactions: 0,
    beforeTransaction: undefined,
    storage: {
      name: real.name,
      migratesOnStart: real.migratesOnStart,
      migrations: real.migrations,
      transaction: async (now, work) => {
        const step = watch.beforeTransaction
        watch.beforeTransaction = undefined
        await step?.()
        watch.transactions += 1
        return real.transaction(now, (tx) => {
          const { reserve, reserveMany } = tx.stock
          Object.assign(tx.stock, {
            reserve: (params: Parameters<typeof reserve>[0]) => {
              watch.methods.push(params.method?.type ?? 'guarded')
              return reserve(params)
            },
            reserveMany: (calls: Parameters<typeof reserveMany>[0]) => {
              watch.methods.push(`together ${calls.length}`)
              return reserveMany(calls)
            },
          })
          return work(tx)
        })
      },
      snapshot: (now, work, options) => real.snapshot(now, work, options),
      refuseNested: () => real.refuseNested(),
      diagnose: () => real.diagnose(),
      close: () => real.close(),
    },
  }
  return watch
}

const open: Commerce[] = []
afterEach(async () => {
  for (const commerce of open.splice(0)) await commerce.close()
})

async function shop(inventory: InventoryOptions, watch = watched(), timers = systemTimers) {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const bank = fakePayments({ now: clock.date })
  const commerce = await createCommerce({ storage: watch.storage, currency: 'USD', payments: [bank], clock, inventory, timers })
  open.push(commerce)
  const goods = ['MUG', 'POT'].map((sku) => ({
    handle: sku.toLowerCase(),
    title: sku,
    variants: [{ sku, prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 10 }] }],
  }))
  await commerce.catalog.upsertMany({ products: goods })
  watch.methods.length = 0
  return { commerce, watch, clock }
}

describe.each(strategyNames)('%s', (strategy) => {
  test('sells 10 of 10 units to 14 buyers, and refuses the others', async () => {
    const { commerce } = await shop({ strategy })
    const carts = await Promise.all(Array.from({ length: 14 }, () => quotedCart(commerce, { MUG: 1 })))
    const ends = await Promise.allSettled(carts.map((cart) => placeWith(commerce, cart, 'card_ok', 'key')))
    const codes = ends.map((end) => (end.status === 'fulfilled' ? end.value.outcome : end.reason.code))
    expect(codes.filter((code) => code === 'confirmed')).toHaveLength(10)
    expect(codes.filter((code) => code === 'OUT_OF_STOCK')).toHaveLength(4)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 10 })
    await expectSound(commerce)
  })

  test('answers a repeated key with the order it made', async () => {
    const { commerce } = await shop({ strategy })
    const cart = await quotedCart(commerce, { MUG: 2, POT: 1 })
    const first = await placeWith(commerce, cart, 'card_ok', 'key')
    const again = await placeWith(commerce, cart, 'card_ok', 'key')
    expect(again).toEqual(first)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await expectSound(commerce)
  })
})

test('a strategy reserves by its own method', async () => {
  const methods: Record<string, readonly string[]> = {}
  for (const strategy of strategyNames) {
    const { commerce, watch } = await shop({ strategy })
    await commerce.inventory.reserve({ claims: [{ sku: 'MUG', quantity: 1 }], holder: { type: 'external', id: 'a' } })
    methods[strategy] = [...watch.methods]
  }
  // One that is alone in its batch needs nobody to share with.
  expect(methods).toEqual({ conditional: ['guarded'], optimistic: ['versioned'], pessimistic: ['locked'], batched: ['guarded'] })
})

test('checkouts that come together are one transaction when batched', async () => {
  // A window that a slow machine keeps too: what it does is shown here, not how short it is.
  const { commerce, watch } = await shop({ strategy: 'batched', batch: { windowMs: 250 } })
  const carts = await Promise.all(Array.from({ length: 8 }, () => quotedCart(commerce, { MUG: 1 })))
  watch.transactions = 0
  await Promise.all(carts.map((cart) => placeWith(commerce, cart, 'card_ok', 'key')))
  expect(watch.methods).toEqual(['together 8'])
  // One to prepare and one to finalise, for all eight.
  expect(watch.transactions).toBe(2)
})

test('a buyer whose prices have changed does not hold up the batch', async () => {
  const { commerce } = await shop({ strategy: 'batched' })
  const stale = await quotedCart(commerce, { POT: 1 })
  const sound = await Promise.all(Array.from({ length: 3 }, () => quotedCart(commerce, { MUG: 1 })))
  await commerce.catalog.setPrice({ sku: 'POT', price: { amountMinor: 1300, currency: 'USD' } })
  const ends = await Promise.allSettled([stale, ...sound].map((cart) => placeWith(commerce, cart, 'card_ok', 'key')))
  expect(ends[0]).toMatchObject({ status: 'rejected', reason: { code: 'TOTAL_CHANGED' } })
  expect(ends.slice(1)).toMatchObject([1, 2, 3].map(() => ({ status: 'fulfilled', value: { outcome: 'confirmed' } })))
  await expectSound(commerce)
})

describe('hot SKUs', () => {
  const claim = (commerce: Commerce, sku: string) => commerce.inventory.reserve({ claims: [{ sku, quantity: 1 }], holder: { type: 'external', id: 'a' } })

  test('those that are named have their own strategy, and so has every claim with one of them', async () => {
    const { commerce, watch } = await shop({ hot: { skus: ['MUG'], strategy: 'pessimistic' } })
    await claim(commerce, 'POT')
    await claim(commerce, 'MUG')
    await commerce.inventory.reserve({
      claims: [
        { sku: 'POT', quantity: 1 },
        { sku: 'MUG', quantity: 1 },
      ],
      holder: { type: 'external', id: 'a' },
    })
    expect(watch.methods).toEqual(['guarded', 'locked', 'locked'])
  })

  test('those claimed often enough within a second become hot, and cool down again', async () => {
    let nowMs = 0
    const { commerce, watch } = await shop({ hot: { threshold: 3, strategy: 'pessimistic' } }, watched(), { ...systemTimers, nowMs: () => nowMs })
    for (let index = 0; index < 4; index += 1) await claim(commerce, 'MUG')
    await claim(commerce, 'POT')
    nowMs = 5_000
    await claim(commerce, 'MUG')
    expect(watch.methods).toEqual(['guarded', 'guarded', 'locked', 'locked', 'guarded', 'guarded'])
  })

  test('options that are none are refused', async () => {
    const storage = sqliteStorage({ file: ':memory:' })
    const wrong = [{ strategy: 'fast' }, { hot: { skus: ['MUG'] } }, { batch: { maxSize: 0 } }, { batch: { windowMs: -1 } }, { speed: 9 }]
    for (const inventory of wrong) {
      await expect(createCommerce({ storage, currency: 'USD', inventory: inventory as never })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    await storage.close()
  })
})

describe('optimistic, when somebody else is faster', () => {
  const still = { nowMs: () => 0, sleep: async () => {} }
  const claim = { claims: [{ sku: 'MUG', quantity: 1 }], holder: { type: 'external', id: 'a' } } as const

  /** Another buyer takes a unit between every reading and its transaction, as long as there are `times`. */
  function stealing(watch: Watched, commerce: Commerce, times: number): void {
    if (times === 0) return
    watch.beforeTransaction = async () => {
      await watch.storage.transaction({ source: 'database' }, async (tx) => {
        const [level] = await tx.stock.levels({ skus: ['MUG'] })
        if (level === undefined) throw new Error('no level')
        const entry = { entryId: crypto.randomUUID(), sku: 'MUG', locationId: level.locationId, note: null, shortfall: 'refuse' } as const
        await tx.stock.adjust({ ...entry, change: { by: 1 }, reason: 'received' })
      })
      stealing(watch, commerce, times - 1)
    }
  }

  test('it reads again and succeeds', async () => {
    const { commerce, watch } = await shop({ strategy: 'optimistic' }, watched(), still)
    stealing(watch, commerce, 1)
    await commerce.inventory.reserve(claim)
    expect(watch.methods).toEqual(['versioned', 'versioned'])
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 11, reserved: 1 })
  })

  test('after four lost tries it takes the guarded way', async () => {
    const { commerce, watch } = await shop({ strategy: 'optimistic' }, watched(), still)
    stealing(watch, commerce, 9)
    await commerce.inventory.reserve(claim)
    expect(watch.methods).toEqual(['versioned', 'versioned', 'versioned', 'versioned', 'guarded'])
    watch.beforeTransaction = undefined
  })

  test('a SKU that is lost too often is taken the guarded way at once, until it is calmer', async () => {
    let nowMs = 0
    const { commerce, watch } = await shop({ strategy: 'optimistic' }, watched(), { ...still, nowMs: () => nowMs })
    for (let round = 0; round < 2; round += 1) {
      stealing(watch, commerce, 4)
      await commerce.inventory.reserve(claim)
    }
    watch.methods.length = 0
    await commerce.inventory.reserve(claim)
    await commerce.inventory.reserve({ ...claim, claims: [{ sku: 'POT', quantity: 1 }] })
    nowMs = 3_000
    await commerce.inventory.reserve(claim)
    expect(watch.methods).toEqual(['guarded', 'versioned', 'versioned'])
  })
})
