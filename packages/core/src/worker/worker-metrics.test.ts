import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce } from '@cartwright/core'
import { memoryLiveCarts } from '@cartwright/testing'
import { type Attributes, type Meter, type MeterProvider, metrics, type ObservableCallback } from '@opentelemetry/api'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import { deliver, placedOrder, told } from '../../test/webhook-shop.ts'

const minute = 60_000
const hour = 60 * minute

/** What was counted and recorded, by instrument. */
let seen: (readonly [instrument: string, value: number, attributes: Attributes])[] = []

/** What collects the values of gauges. */
const gauges: (readonly [instrument: string, callback: ObservableCallback])[] = []

const meter = {
  createCounter: (name: string) => ({ add: (value: number, attributes: Attributes) => seen.push([name, value, attributes]) }),
  createHistogram: (name: string) => ({ record: (value: number, attributes: Attributes) => seen.push([name, value, attributes]) }),
  createObservableGauge: (name: string) => ({ addCallback: (callback: ObservableCallback) => gauges.push([name, callback]) }),
} as unknown as Meter
metrics.setGlobalMeterProvider({ getMeter: () => meter } satisfies MeterProvider)
beforeEach(() => {
  seen = []
})
afterAll(() => metrics.disable())

const rows = () => seen.filter(([name]) => name === 'cartwright.worker.rows').map(([, value, of]) => [of['cartwright.job'], of['cartwright.outcome'], value])
const rounds = () => seen.filter(([name]) => name === 'cartwright.worker.round.duration').map(([, , of]) => [of['cartwright.job'], of['cartwright.outcome']])

/** What the gauges show now. */
function collected() {
  const shown: unknown[] = []
  for (const [name, callback] of gauges) void callback({ observe: (value, attributes) => shown.push([name, Object.values(attributes ?? {})[0], value]) })
  return shown
}

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

/** Runs a job until it has gone round twice: what was looked at after the first round is there then. */
async function runningTwice(commerce: Commerce, job: 'carts' | 'sweep') {
  const looked = Promise.withResolvers<void>()
  let roundsDone = 0
  const onRound = () => {
    roundsDone += 1
    if (roundsDone === 2) looked.resolve()
  }
  const worker = commerce.worker.start({ jobs: [job], pausesMs: { reconciler: 10 * minute, [job]: 1 }, onRound })
  await looked.promise
  return worker
}

test('gauges show how far a running worker is behind, and nothing once it has ended', async () => {
  const { commerce, clock } = await testShop()
  await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_never', 'k')
  commerce.events.subscribe({ name: 'mails', topics: ['order.placed'], handle: async () => Promise.reject(new Error('mails are away')) })
  await commerce.worker.runOnce({ jobs: ['reconciler', 'inbox', 'relay'] })
  clock.advance(hour)
  const { jobs, consumers } = await commerce.worker.lag()
  expect(consumers).toEqual([{ name: 'mails', events: expect.any(Number), ageMs: hour }])
  expect(consumers[0]?.events).toBeGreaterThan(0)
  // A payment is looked at 5 s after it began, for the first time, and a provider's lists are read every 5 minutes.
  expect(jobs).toEqual({ reconciler: hour - 5 * minute, inbox: 0, completer: hour - 5_000, refunds: 0, expiry: 0, sweep: 0, carts: 0 })
  expect(collected()).toEqual([])
  const worker = await runningTwice(commerce, 'carts')
  expect(collected()).toEqual([
    ...Object.entries({ ...jobs, reconciler: hour - 10 * minute }).map(([job, ageMs]) => ['cartwright.worker.due.age', job, ageMs]),
    ['cartwright.consumer.lag.events', 'mails', consumers[0]?.events],
    ['cartwright.consumer.lag.age', 'mails', hour],
  ])
  await worker.stop()
  expect(collected()).toEqual([])
})

test('gauges show nothing of carts while their live store is away', async () => {
  const carts = memoryLiveCarts()
  const { commerce } = await testShop({ carts })
  carts.fail('before')
  const worker = await runningTwice(commerce, 'sweep')
  expect(collected().map((gauge) => (gauge as string[])[1])).toEqual(['reconciler', 'inbox', 'completer', 'refunds', 'expiry', 'sweep'])
  await worker.stop()
})

test('a running worker reads them every 15 s at most, and shows none while they cannot be read', async () => {
  let nowMs = 0
  const { commerce } = await testShop({ timers: { nowMs: () => nowMs, sleep: () => new Promise((resolve) => setImmediate(resolve)) } })
  let round = Promise.withResolvers<void>()
  const worker = commerce.worker.start({ jobs: ['carts'], onRound: () => round.resolve() })
  /** Two rounds later, so that a look of after the first has ended. */
  const later = async () => {
    for (let heard = 0; heard < 2; heard += 1) {
      round = Promise.withResolvers()
      await round.promise
    }
    return collected().length
  }
  expect(await later()).toBe(7)
  const snapshot = vi.spyOn(commerce.storage, 'snapshot').mockRejectedValue(new Error('the database is away'))
  nowMs = 14_999
  expect([await later(), snapshot.mock.calls.length]).toEqual([7, 0])
  nowMs = 15_000
  expect([await later(), snapshot.mock.calls.length]).toEqual([0, 1])
  snapshot.mockRestore()
  nowMs = 30_000
  expect(await later()).toBe(7)
  await worker.stop()
})
