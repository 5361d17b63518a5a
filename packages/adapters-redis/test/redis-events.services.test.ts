import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, type DomainEvent } from '@cartwright/core'
import { manualClock } from '@cartwright/testing'
import { eventPublisherSuite } from '@cartwright/testing/conformance'
import { startProcess } from '@cartwright/testing/crash'
import { describe, expect, onTestFinished, test } from 'vitest'
import { onceInRedis } from '../src/events/once-per-event.ts'
import { redisEventConsumer } from '../src/events/redis-event-consumer.ts'
import { redisEventPublisher, streamKey } from '../src/events/redis-event-publisher.ts'
import type { RedisConnection } from '../src/redis-connection.ts'
import { openEffects } from './effects.ts'
import { openPrivateRedis, openRedis, topologies } from './topologies.ts'

const start = new Date('2026-03-01T12:00:00Z')

/** A shop whose outbox holds so many deliveries of stock, and a folder for its file. */
async function shopWithEvents(redis: RedisConnection, count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-stream-'))
  const file = join(folder, 'shop.db')
  const clock = manualClock(start)
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD', clock, publishers: [redisEventPublisher({ redis })] })
  onTestFinished(async () => {
    await commerce.close()
    rmSync(folder, { recursive: true })
  })
  await commerce.catalog.upsertMany({
    products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }] }] }],
  })
  for (let by = 1; by <= count; by += 1) await commerce.inventory.adjust({ sku: 'MUG', by, reason: 'received' })
  const { events } = await commerce.storage.snapshot(clock.now(), async (snapshot) =>
    snapshot.outbox.read({ after: await snapshot.outbox.tail(), limit: 1_000 }),
  )
  return { commerce, clock, folder, file, events, relay: () => commerce.worker.runOnce({ jobs: ['relay'] }) }
}

const ids = (events: readonly DomainEvent[]) => events.map(({ id }) => id)
const streamLength = (redis: RedisConnection) => redis.call('xlen', [streamKey(redis, 'events')])

for (const { name, server } of topologies) {
  eventPublisherSuite({
    name: `redisEventPublisher, ${name}`,
    open: async () => {
      const { redis, dispose } = openPrivateRedis(server)
      const stream = streamKey(redis, 'events')
      return {
        publisher: redisEventPublisher({ redis }),
        received: async () => {
          const seen: DomainEvent[] = []
          const consumer = redisEventConsumer({ redis, group: 'suite', batchSize: 1_000, handle: async (event) => void seen.push(event) })
          await consumer.runOnce()
          return seen
        },
        // A key that is no stream takes no events.
        refuse: async () => void (await redis.call('set', [stream, 'taken'])),
        accept: async () => void (await redis.call('del', [stream])),
        dispose,
      }
    },
  })
}

describe.each(topologies)('$name', ({ server }) => {
  test('what happens reaches every group, once, in order, as it was', async () => {
    const redis = openRedis(server)
    const { events, relay } = await shopWithEvents(redis, 3)
    await relay()
    await relay()
    expect(await streamLength(redis)).toBe(events.length)
    for (const group of ['books', 'mail']) {
      const seen: DomainEvent[] = []
      const consumer = redisEventConsumer({ redis, group, handle: async (event) => void seen.push(event) })
      expect([await consumer.runOnce(), await consumer.runOnce()]).toEqual([events.length, 0])
      expect(seen).toEqual(events)
    }
  })

  test('an effect that fails stops the consumer, which gets the event again before those after it', async () => {
    const redis = openRedis(server)
    const { events, relay } = await shopWithEvents(redis, 3)
    await relay()
    const seen: string[] = []
    let broken = true
    const handle = async ({ id }: DomainEvent) => {
      if (broken && id === events[1]?.id) throw new Error('books are closed')
      seen.push(id)
    }
    const consumer = redisEventConsumer({ redis, group: 'books', handle })
    expect(await consumer.runOnce()).toBe(1)
    broken = false
    await consumer.runOnce()
    expect(seen).toEqual(ids(events))
  })

  test('an effect in Redis is made once, though the event comes twice', async () => {
    const redis = openRedis(server)
    const { events, relay } = await shopWithEvents(redis, 2)
    await relay()
    await redisEventPublisher({ redis }).publish(events)
    const total = redis.key('total', 'books')
    const once = onceInRedis({
      redis,
      group: 'books',
      lua: "redis.call('INCRBY', KEYS[2], ARGV[2])",
      tag: () => 'books',
      keys: () => [total],
      args: ({ topic }) => [topic === 'stock.adjusted' ? 1 : 0],
    })
    expect(await redisEventConsumer({ redis, group: 'books', handle: once }).runOnce()).toBe(2 * events.length)
    expect(await redis.call('get', [total])).toBe(String(events.filter(({ topic }) => topic === 'stock.adjusted').length))
  })

  test('a consumer that has started takes what comes', async () => {
    const redis = openRedis(server)
    const { events, relay } = await shopWithEvents(redis, 2)
    const seen: string[] = []
    const consumer = redisEventConsumer({ redis, group: 'books', handle: async ({ id }) => void seen.push(id) })
    consumer.start()
    await relay()
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual(ids(events))
    await consumer.close()
  })
})

describe('killed', () => {
  const [single] = topologies
  if (single === undefined) throw new Error('there is one at least')
  const { server } = single
  const processOf = (name: string, setup: object) =>
    startProcess({
      script: join(import.meta.dirname, 'processes', `${name}.ts`),
      setup,
      execArgv: ['--conditions=cartwright-source', '--no-warnings'],
    })

  test('after sending and before its place is saved, a relay sends again, and each effect is made once, in order', async () => {
    const prefix = `test:${process.pid}:relay:`
    const redis = openRedis(server, { prefix })
    const { events, file, folder, clock, relay } = await shopWithEvents(redis, 5)
    const dying = processOf('relay', { file, server, prefix, dieAfter: 3 })
    await dying.ready
    dying.go()
    expect(await dying.end).toBe('killed')
    expect(await streamLength(redis)).toBe(3)
    // The lease of the dead is over by then.
    clock.set(new Date(Date.now() + 3_600_000))
    await relay()
    expect(await streamLength(redis)).toBe(3 + events.length)
    const effects = openEffects(join(folder, 'effects.db'))
    onTestFinished(() => effects.close())
    const consumer = redisEventConsumer({ redis, group: 'books', handle: effects.once })
    expect(await consumer.runOnce()).toBe(3 + events.length)
    expect(effects.made()).toEqual(ids(events))
  })

  test('after the effect and before it is acknowledged, a consumer is replaced by another, and each effect is made once', async () => {
    const prefix = `test:${process.pid}:consume:`
    const redis = openRedis(server, { prefix })
    const { events, folder, relay } = await shopWithEvents(redis, 5)
    await relay()
    const file = join(folder, 'effects.db')
    const effects = openEffects(file)
    onTestFinished(() => effects.close())
    const dying = processOf('consume', { file, server, prefix, dieAfter: 2 })
    await dying.ready
    dying.go()
    expect(await dying.end).toBe('killed')
    expect(effects.made()).toEqual(ids(events.slice(0, 2)))
    const heir = redisEventConsumer({ redis, group: 'books', deadAfterMs: 1, handle: effects.once })
    await expect.poll(() => heir.runOnce()).toBeGreaterThan(0)
    expect(effects.made()).toEqual(ids(events))
    expect(await redis.call('xpending', [streamKey(redis, 'events'), 'books'])).toEqual([0, null, null, null])
  })
})
