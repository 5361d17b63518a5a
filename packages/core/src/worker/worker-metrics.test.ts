import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { type Attributes, type Meter, type MeterProvider, metrics } from '@opentelemetry/api'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import { deliver, placedOrder, told } from '../../test/webhook-shop.ts'

const hour = 3_600_000

/** What was counted and recorded, by instrument. */
let seen: (readonly [instrument: string, value: number, attributes: Attributes])[] = []

const meter = {
  createCounter: (name: string) => ({ add: (value: number, attributes: Attributes) => seen.push([name, value, attributes]) }),
  createHistogram: (name: string) => ({ record: (value: number, attributes: Attributes) => seen.push([name, value, attributes]) }),
} as unknown as Meter
metrics.setGlobalMeterProvider({ getMeter: () => meter } satisfies MeterProvider)
beforeEach(() => {
  seen = []
})
afterAll(() => metrics.disable())

const rows = () => seen.filter(([name]) => name === 'cartwright.worker.rows').map(([, value, of]) => [of['cartwright.job'], of['cartwright.outcome'], value])
const rounds = () => seen.filter(([name]) => name === 'cartwright.worker.round.duration').map(([, , of]) => [of['cartwright.job'], of['cartwright.outcome']])

test('each round is timed, and its rows are counted as done or failed', async () => {
  const shop = await testShop()
  await placedOrder(shop, 'card_ok')
  await deliver(shop, told(shop.bank))
  await shop.commerce.worker.runOnce({ jobs: ['inbox', 'expiry'] })
  expect(rounds()).toEqual([
    ['inbox', 'OK'],
    ['expiry', 'OK'],
  ])
  expect(rows()).toEqual([['inbox', 'done', told(shop.bank).length]])
})

test('what fails counts each time, and once more when it is parked', async () => {
  const storage = sqliteStorage({ file: ':memory:' })
  const { commerce, clock } = await testShop({ storage })
  await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_never', 'k')
  const blind = await createCommerce({ storage, currency: 'USD', clock })
  seen = []
  for (let attempt = 0; attempt < 22; attempt += 1) {
    clock.advance(hour)
    await blind.worker.runOnce({ jobs: ['completer'] })
  }
  expect(rows()).toEqual([...Array.from({ length: 19 }, () => ['completer', 'failed', 1]), ['completer', 'parked', 1], ['completer', 'failed', 1]])
})

test('an event that its consumer refuses for good is counted when it is parked', async () => {
  const { commerce } = await testShop()
  await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
  commerce.events.subscribe({ name: 'mails', topics: ['order.confirmed'], parkAfter: 1, handle: async () => Promise.reject(new Error('no such template')) })
  seen = []
  await commerce.worker.runOnce({ jobs: ['relay'] })
  expect(rows()).toEqual([
    ['relay', 'parked', 1],
    ['relay', 'failed', 1],
  ])
})

test('a round that fails as a whole is timed with what it failed with', async () => {
  const { commerce } = await testShop()
  await commerce.storage.close()
  await expect(commerce.worker.runOnce({ jobs: ['sweep'] })).rejects.toThrow()
  expect(rounds()).toEqual([['sweep', expect.not.stringMatching(/^OK$/)]])
  expect(rows()).toEqual([])
})
