import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce, isCommerceError } from '@cartwright/core'
import { expect, test } from 'vitest'
import { placeWith, quotedCart, staff, testShop } from '../../test/test-shop.ts'
import { CommerceError } from '../errors.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { failedAgain, retryDelayMs } from './work-failure.ts'

const minute = 60_000

test('pauses grow from none to 5 minutes', () => {
  expect([1, 2, 3, 4, 10, 100].map(retryDelayMs)).toEqual([0, 2_000, 4_000, 8_000, 300_000, 300_000])
})

test('what may pass by itself is never parked; anything else is, after its attempts', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const before = { ...failedAgain({ job: 'refunds', rowId: 'r', error: new Error('x'), before: undefined }, now), attempts: 500 }
  const passing = new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: 'fake' } })
  expect(failedAgain({ job: 'refunds', rowId: 'r', error: passing, before }, now)).toMatchObject({ attempts: 501, code: 'PROVIDER_UNAVAILABLE' })
  expect(failedAgain({ job: 'refunds', rowId: 'r', error: passing, before }, now).nextAttemptAt).not.toBeNull()
  expect(failedAgain({ job: 'refunds', rowId: 'r', error: new Error('x'), before }, now)).toMatchObject({ code: 'UNEXPECTED', nextAttemptAt: null })
})

/** A shop with two confirmed orders and a consumer that fails on events of the first one. */
async function poisoned() {
  const shop = await testShop()
  const { commerce } = shop
  const [first, second] = [await order(commerce, 'one'), await order(commerce, 'two')]
  const seen: DomainEvent[] = []
  const state = { broken: true }
  commerce.events.subscribe({
    name: 'mails',
    topics: ['order.placed', 'order.confirmed', 'order.cancelled'],
    parkAfter: 3,
    handle: async (event) => {
      if (state.broken && event.aggregateId === first.id && event.topic === 'order.confirmed') throw new Error('no such template')
      seen.push(event)
    },
  })
  const relay = async () => (await commerce.worker.runOnce({ jobs: ['relay'] })).relay
  const topicsOf = (id: string) => seen.filter(({ aggregateId }) => aggregateId === id).map(({ topic }) => topic)
  return { ...shop, first, second, state, relay, topicsOf }
}

async function order(commerce: Commerce, key: string) {
  const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', key)
  return order
}

test('an event that always fails is parked, the others go on, and those of its aggregate wait behind it', async () => {
  const { commerce, clock, first, second, state, relay, topicsOf } = await poisoned()
  expect(await relay()).toEqual({ done: 1, failed: 1 })
  expect(await relay()).toEqual({ done: 0, failed: 1 })
  expect(await relay()).toEqual({ done: 0, failed: 0 })
  expect(topicsOf(second.id)).toEqual([])

  clock.advance(minute)
  expect(await relay()).toEqual({ done: 2, failed: 1 })
  expect([topicsOf(first.id), topicsOf(second.id)]).toEqual([['order.placed'], ['order.placed', 'order.confirmed']])
  await commerce.orders.cancel({ actor: staff, orderId: first.id })
  expect(await relay()).toEqual({ done: 0, failed: 0 })
  const parked = await commerce.worker.failures()
  expect(parked.map(({ job, attempts, code, nextAttemptAt }) => [job, attempts, code, nextAttemptAt])).toEqual([
    ['relay:mails', 3, 'UNEXPECTED', null],
    ['relay:mails', 0, 'CONFLICT', null],
  ])

  state.broken = false
  expect(await relay()).toEqual({ done: 0, failed: 0 })
  expect(await commerce.worker.retry({ job: 'relay:mails', rowIds: [parked[0]?.rowId ?? ''] })).toBe(1)
  expect(await relay()).toEqual({ done: 2, failed: 0 })
  expect(topicsOf(first.id)).toEqual(['order.placed', 'order.confirmed', 'order.cancelled'])
  expect(await commerce.worker.failures({ parked: false })).toEqual([])
})

test('an event that fails again after it was parked stays kept, and its aggregate waits on', async () => {
  const { commerce, clock, first, relay, topicsOf } = await poisoned()
  for (let round = 0; round < 3; round += 1) {
    await relay()
    clock.advance(minute)
  }
  await commerce.worker.retry({ job: 'relay:mails' })
  expect(await relay()).toEqual({ done: 0, failed: 1 })
  await commerce.orders.cancel({ actor: staff, orderId: first.id })
  await relay()
  expect(topicsOf(first.id)).toEqual(['order.placed'])
  expect((await commerce.worker.failures({ parked: false })).map(({ attempts }) => attempts)).toEqual([2, 0])
})

test('a payment whose provider nobody has configured is parked after 20 attempts, and done once it is retried where there is one', async () => {
  const storage = sqliteStorage({ file: ':memory:' })
  const { commerce, clock } = await testShop({ storage })
  const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_timeout', 'k')
  const elsewhere = await createCommerce({ storage, currency: 'USD', clock })
  const complete = async (shop: Commerce) => (await shop.worker.runOnce({ jobs: ['completer'] })).completer
  let attempts = 0
  for (let round = 0; round < 40; round += 1) {
    clock.advance(6 * minute)
    attempts += (await complete(elsewhere))?.failed ?? 0
  }
  expect(attempts).toBe(20)
  expect(await commerce.worker.failures()).toMatchObject([{ job: 'completer', attempts: 20, code: 'PROVIDER_UNKNOWN', nextAttemptAt: null }])
  expect(await complete(commerce)).toEqual({ done: 0, failed: 0 })

  clock.advance(2 * minute)
  expect(await commerce.worker.retry({ job: 'completer' })).toBe(1)
  expect(await complete(commerce)).toEqual({ done: 1, failed: 0 })
  expect(await commerce.worker.failures({ parked: false })).toEqual([])
  expect((await commerce.orders.get({ actor: staff, id: order.id })).paymentStatus).toBe('paid')
})

test('asking for what is not there does nothing, and odd questions are refused', async () => {
  const { commerce } = await testShop()
  expect(await commerce.worker.retry({ job: 'refunds' })).toBe(0)
  const refusal = await commerce.worker.failures({ limit: 0 }).catch((error: unknown) => error)
  expect(isCommerceError(refusal, 'INVALID_INPUT')).toBe(true)
})
