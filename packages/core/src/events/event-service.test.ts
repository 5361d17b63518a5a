import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import { placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import type { DomainEvent } from './domain-event.ts'

test('delivers each event once to each consumer, in order, by topic', async () => {
  const { commerce } = await testShop()
  const orders: DomainEvent[] = []
  const all: DomainEvent[] = []
  commerce.events.subscribe({ name: 'orders', topics: ['order.placed', 'order.confirmed'], handle: async (event) => void orders.push(event) })
  commerce.events.subscribe({ name: 'all', handle: async (event) => void all.push(event) })
  const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
  await commerce.worker.runOnce({ jobs: ['relay'] })
  await commerce.worker.runOnce({ jobs: ['relay'] })

  expect(orders.map(({ topic, aggregateId, aggregateVersion }) => [topic, aggregateId, aggregateVersion])).toEqual([
    ['order.placed', order.id, 1],
    ['order.confirmed', order.id, 2],
  ])
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  expect(all.map(({ topic }) => topic)).toContain('payment.changed')
})

test('a consumer that fails stops at its event and gets it again; the others go on', async () => {
  const { commerce } = await testShop()
  const seen: string[] = []
  let broken = true
  commerce.events.subscribe({
    name: 'flaky',
    topics: ['order.placed', 'order.confirmed'],
    handle: async ({ topic }) => {
      if (topic === 'order.confirmed' && broken) throw new Error('mail server down')
      seen.push(topic)
    },
  })
  const other: string[] = []
  commerce.events.subscribe({ name: 'steady', topics: ['order.confirmed'], handle: async ({ topic }) => void other.push(topic) })
  await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
  await commerce.worker.runOnce({ jobs: ['relay'] })
  expect([seen, other]).toEqual([['order.placed'], ['order.confirmed']])
  broken = false
  await commerce.worker.runOnce({ jobs: ['relay'] })
  expect(seen).toEqual(['order.placed', 'order.confirmed'])
})

test('names belong to one consumer, and a new one may begin at the end', async () => {
  const { commerce } = await testShop()
  const seen: string[] = []
  const late = { name: 'late', from: 'head', handle: async ({ topic }: DomainEvent) => void seen.push(topic) } as const
  commerce.events.subscribe(late)
  expect(() => commerce.events.subscribe(late)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  await commerce.worker.runOnce({ jobs: ['relay'] })
  expect(seen).toEqual([])
  await commerce.inventory.adjust({ sku: 'MUG', by: 1, reason: 'received' })
  await commerce.worker.runOnce({ jobs: ['relay'] })
  expect(seen).toEqual(['stock.adjusted'])
})

test('two processes never relay to one consumer at a time, and its place survives both', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cartwright-relay-'))
  const open = () => createCommerce({ storage: sqliteStorage({ file: join(directory, 'shop.db') }), currency: 'USD' })
  const shops = [await open(), await open()]
  const seen: string[] = []
  for (const shop of shops) shop.events.subscribe({ name: 'mail', topics: ['stock.adjusted'], handle: async ({ id }) => void seen.push(id) })
  const variants = [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }] }]
  await shops[0]?.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants }] })
  for (let count = 0; count < 20; count += 1) await shops[0]?.inventory.adjust({ sku: 'MUG', by: 1, reason: 'received' })
  await Promise.all(shops.map((shop) => shop.worker.runOnce({ jobs: ['relay'] })))
  await Promise.all(shops.map((shop) => shop.worker.runOnce({ jobs: ['relay'] })))
  expect(seen).toHaveLength(20)
  expect(new Set(seen).size).toBe(20)
  for (const shop of shops) await shop.close()
  rmSync(directory, { recursive: true })
})

test('events that every consumer has read are put away after their time, and no others', async () => {
  const { commerce, clock } = await testShop()
  const seen: string[] = []
  commerce.events.subscribe({ name: 'mail', topics: ['order.confirmed'], handle: async ({ id }) => void seen.push(id) })
  await commerce.worker.runOnce({ jobs: ['relay'] })
  await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
  const count = () =>
    commerce.storage.snapshot(
      { source: 'database' },
      async (snapshot) => (await snapshot.outbox.read({ after: await snapshot.outbox.tail(), limit: 1_000 })).events.length,
    )
  const before = await count()
  clock.advance(8 * 24 * 3_600_000)
  await commerce.worker.runOnce({ jobs: ['sweep'] })
  const unread = await count()
  expect([before > unread, unread > 0]).toEqual([true, true])
  await commerce.worker.runOnce({ jobs: ['relay'] })
  await commerce.worker.runOnce({ jobs: ['sweep'] })
  expect([await count(), seen.length]).toEqual([0, 1])
})
