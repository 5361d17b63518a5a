import { type RedisConnection, redisCarts, redisConnection } from '@cartwright/adapters-redis'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AddressFault, faultyAddress } from '../../packages/adapters-redis/test/faulty-address.ts'
import { openPrivateRedis, serviceUrl, topologies } from '../../packages/adapters-redis/test/topologies.ts'
import { overlay } from '../planted/overlay.ts'
import { address } from '../races/tasks/buyer.ts'

const actor = { type: 'customer', customerId: 'ada' } as const

async function openShop(redis: RedisConnection): Promise<Commerce> {
  const carts = redisCarts({ redis, copyEveryMs: null })
  const commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD', payments: [fakePayments()], carts })
  onTestFinished(() => commerce.close())
  const variants = [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 100 }] }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants }] })
  return commerce
}

/** A purchase, step by step. */
const steps = ['create', 'first add', 'second add', 'get', 'quote', 'place'] as const

/** @param before - called before each step. */
async function purchase({ carts, checkout }: Commerce, before: (step: (typeof steps)[number]) => Promise<void>) {
  await before('create')
  const { cart } = await carts.create({ actor })
  const of = { actor, cartId: cart.id }
  await before('first add')
  await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
  await before('second add')
  await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
  await before('get')
  await carts.get(of)
  await before('quote')
  const quote = await checkout.quote({ ...of, shippingAddress: address, shippingMethod: 'standard' })
  await before('place')
  const payment = { provider: 'fake', method: 'card_ok' }
  return checkout.place({ ...of, expectedTotal: quote.total, payment, idempotencyKey: `key of ${cart.id}` })
}

const faults: readonly AddressFault[] = ['down', 'hangs', { lateByMs: 2_000 }]

describe('D1: Redis', () => {
  test.each(faults.flatMap((fault) => steps.map((step) => ({ fault, step }))))(
    '$fault from $step on: the purchase succeeds, and no call waits for Redis more than twice',
    async ({ fault, step: from }) => {
      const way = await faultyAddress(serviceUrl('CARTWRIGHT_REDIS_URL'))
      onTestFinished(() => way.close())
      const { redis: direct, prefix, dispose } = openPrivateRedis({ url: serviceUrl('CARTWRIGHT_REDIS_URL') })
      onTestFinished(dispose)
      const real = redisConnection({ url: way.url, prefix, timeoutMs: 50, breaker: { failures: 1_000 } })
      onTestFinished(() => real.close())
      // A machine that is busy must not look like a Redis that is slow before it is made so.
      await real.call('ping', [], { timeoutMs: 5_000 })
      let failed = 0
      const counted = <T>(answer: Promise<T>): Promise<T> =>
        answer.catch((error: unknown) => {
          failed += 1
          throw error
        })
      const redis = overlay(real, { call: (...params) => counted(real.call(...params)), run: (...params) => counted(real.run(...params)) })
      const commerce = await openShop(redis)
      // Another process, which has copied everything before. It waits for Redis as long as a busy machine may take.
      const other = await createCommerce({ storage: commerce.storage, currency: 'USD', carts: redisCarts({ redis: direct, copyEveryMs: null }) })
      const waited: number[] = []
      const placed = await purchase(commerce, async (step) => {
        waited.push(failed)
        failed = 0
        if (step !== from) return
        expect(await other.worker.runOnce({ jobs: ['carts'] })).toMatchObject({ carts: { failed: 0 } })
        way.become(fault)
      })
      expect(placed).toMatchObject({ outcome: 'confirmed', order: { lines: [{ quantity: 2 }], totalMinor: 2500 } })
      expect(Math.max(...waited, failed)).toBeLessThanOrEqual(2)
      expect(failed).toBeGreaterThan(0)
      const audit = await commerce.audit({ providers: true, graceMs: 0 })
      expect(audit.checks.filter(({ violations }) => violations > 0)).toEqual([])
    },
  )

  test('back again: what it had before overwrites nothing that was changed meanwhile', async () => {
    const way = await faultyAddress(serviceUrl('CARTWRIGHT_REDIS_URL'))
    onTestFinished(() => way.close())
    const { prefix, dispose } = openPrivateRedis({ url: serviceUrl('CARTWRIGHT_REDIS_URL') })
    onTestFinished(dispose)
    const redis = redisConnection({ url: way.url, prefix, timeoutMs: 5_000, breaker: { failures: 1, openMs: 1 } })
    onTestFinished(() => redis.close())
    const { carts, worker } = await openShop(redis)
    const { cart } = await carts.create({ actor })
    const of = { actor, cartId: cart.id }
    await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    await worker.runOnce({ jobs: ['carts'] })
    await carts.addLine({ ...of, sku: 'MUG', quantity: 8 })
    way.become('down')
    expect(await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })).toMatchObject({ lines: [{ quantity: 2 }], staleSince: expect.any(Date) })
    way.become('up')
    await expect.poll(() => redis.call('ping', []), { timeout: 20_000 }).toBe('PONG')
    expect(await carts.get(of)).toMatchObject({ lines: [{ quantity: 2 }], staleSince: null })
    await worker.runOnce({ jobs: ['carts'] })
    expect(await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })).toMatchObject({ lines: [{ quantity: 3 }], staleSince: null })
  })
})

describe.each(topologies)('D2 on $name', ({ server }) => {
  test('an emptied Redis gives the buyer the stored cart, marked stale, and the purchase goes on', async () => {
    const { redis, lose, dispose } = openPrivateRedis(server)
    onTestFinished(dispose)
    const commerce = await openShop(redis)
    const { carts, checkout, worker } = commerce
    const { cart } = await carts.create({ actor })
    const of = { actor, cartId: cart.id }
    const { version } = await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    await worker.runOnce({ jobs: ['carts'] })
    await carts.addLine({ ...of, sku: 'MUG', quantity: 5 })
    await lose()
    expect(await carts.get(of)).toMatchObject({ version, lines: [{ quantity: 1 }], staleSince: expect.any(Date) })
    expect(await worker.runOnce({ jobs: ['carts'] })).toEqual({ carts: { done: 0, failed: 0 } })
    await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    expect(await carts.get(of)).toMatchObject({ lines: [{ quantity: 2 }], staleSince: null })
    const quote = await checkout.quote({ ...of, shippingAddress: address, shippingMethod: 'standard' })
    const payment = { provider: 'fake', method: 'card_ok' }
    const placed = await checkout.place({ ...of, expectedTotal: quote.total, payment, idempotencyKey: 'key' })
    expect(placed).toMatchObject({ outcome: 'confirmed', order: { totalMinor: 2500 } })
    expect(await carts.get(of)).toMatchObject({ status: 'ordered', staleSince: null })
  })

  test('a Redis that went back to an earlier moment is overruled by what was copied since', async () => {
    const { redis, dispose } = openPrivateRedis(server)
    onTestFinished(dispose)
    const { carts, worker } = await openShop(redis)
    const { cart } = await carts.create({ actor })
    const of = { actor, cartId: cart.id }
    await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    const [key = ''] = await keysEnding(redis, cart.id)
    await redis.call('copy', [key, `${key}:before`])
    const { version } = await carts.addLine({ ...of, sku: 'MUG', quantity: 4 })
    await worker.runOnce({ jobs: ['carts'] })
    await redis.call('copy', [`${key}:before`, key, 'REPLACE'])
    expect(await carts.get(of)).toMatchObject({ version, lines: [{ quantity: 5 }], staleSince: expect.any(Date) })
    await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
    expect(await carts.get(of)).toMatchObject({ version: version + 1, lines: [{ quantity: 6 }], staleSince: null })
    expect(await worker.runOnce({ jobs: ['carts'] })).toMatchObject({ carts: { failed: 0 } })
    expect(await carts.get(of)).toMatchObject({ version: version + 1, lines: [{ quantity: 6 }] })
  })

  test('keeps a cart an hour longer than its seven days, from each change on', async () => {
    const { redis, dispose } = openPrivateRedis(server)
    onTestFinished(dispose)
    const { carts } = await openShop(redis)
    const { cart } = await carts.create({ actor })
    const [key = ''] = await keysEnding(redis, cart.id)
    const lifetimeMs = async () => Number(await redis.call('pttl', [key]))
    const whole = 7 * 24 * 3_600_000 + 3_600_000
    expect(await lifetimeMs()).toBeGreaterThan(whole - 60_000)
    await redis.call('pexpire', [key, 600_000])
    await carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
    expect(await lifetimeMs()).toBeGreaterThan(whole - 60_000)
    expect(await lifetimeMs()).toBeLessThanOrEqual(whole)
  })
})

async function keysEnding(redis: RedisConnection, ending: string): Promise<readonly string[]> {
  const found = await Promise.all((await redis.servers()).map((server) => server.call('keys', [`${redis.key('carts', '*')}*${ending}`])))
  return found.flat() as string[]
}

test('doctor tells how far the database is behind', async () => {
  const { redis, dispose } = openPrivateRedis({ url: serviceUrl('CARTWRIGHT_REDIS_URL') })
  onTestFinished(dispose)
  const store = redisCarts({ redis })
  const commerce = await openShop(redis)
  expect(await store.diagnose()).toContainEqual(expect.objectContaining({ check: 'carts in redis: copies', status: 'ok', remedy: null }))
  await commerce.carts.create({ actor })
  const [mine = ''] = await keysEnding(redis, ':changed')
  await redis.call('del', [mine])
  await redis.call('xadd', [mine, `${Date.now() - 90_000}-0`, 'cart', 'some cart'])
  const late = (await store.diagnose()).find(({ check }) => check === 'carts in redis: copies')
  expect(late).toMatchObject({ status: 'warning', message: expect.stringMatching(/^1 changes wait .* for (?:8|9)\d\.\d s$/), remedy: expect.any(String) })
  await dispose()
  expect(await store.diagnose()).toMatchObject([{ check: 'carts in redis', status: 'error' }])
})
