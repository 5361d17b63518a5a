import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce } from '@cartwright/core'
import { fakePayments, manualClock } from '@cartwright/testing'
import { expect, onTestFinished, test } from 'vitest'
import { redisAdmission } from '../src/admission/redis-admission.ts'
import { redisCarts } from '../src/carts/redis-carts.ts'
import { redisEventPublisher } from '../src/events/redis-event-publisher.ts'
import { redisRateLimiter } from '../src/limits/redis-rate-limiter.ts'
import { redisConnection } from '../src/redis-connection.ts'
import { type AddressFault, faultyAddress } from './faulty-address.ts'
import { serviceUrl } from './topologies.ts'
import { watchedRedis } from './watched-redis.ts'

const address = { name: 'Ada Buyer', line1: '1 Main Street', city: 'Springfield', region: 'NY', postalCode: '12345', country: 'US' }
const actor = { type: 'customer', customerId: 'ada' } as const
const units = 12

/** A shop that asks Redis wherever it can, over a way that can be spoilt. */
async function shopOverRedis() {
  const way = await faultyAddress(serviceUrl('CARTWRIGHT_REDIS_URL'))
  const asked = { count: 0 }
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const redis = redisConnection({ url: way.url, prefix: `test:d1:${process.pid}:${Math.random()}:` })
  const counted = watchedRedis(redis, (_, make) => {
    asked.count += 1
    return make()
  })
  const commerce = await createCommerce({
    storage: sqliteStorage({ file: ':memory:' }),
    currency: 'USD',
    payments: [fakePayments({ now: clock.date })],
    clock,
    carts: redisCarts({ redis: counted, copyEveryMs: null }),
    inventory: { admission: { gate: redisAdmission({ redis: counted }), skus: ['HOT'] } },
    rateLimits: {
      limiter: redisRateLimiter({ redis: counted }),
      rules: { checkout: { burst: 1_000, perMs: 60_000 }, search: { burst: 1_000, perMs: 60_000 }, login: { burst: 1_000, perMs: 60_000 } },
    },
    publishers: [redisEventPublisher({ redis: counted })],
  })
  onTestFinished(async () => {
    await commerce.close()
    await redis.close()
    await way.close()
  })
  const variants = [{ sku: 'HOT', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: units }] }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'hot', title: 'Hot', variants }] })
  return { commerce, clock, way, asked }
}

async function buy(commerce: Commerce, key: string): Promise<string> {
  const { cart } = await commerce.carts.create({ actor, currency: 'USD' })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'HOT', quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' }
  return (await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: key })).outcome
}

test.each<[AddressFault]>([['down'], ['hangs'], [{ lateByMs: 2_000 }]])(
  'D1: Redis %o: buyers search and buy all there is, logins are refused, events wait',
  async (fault) => {
    const { commerce, clock, way, asked } = await shopOverRedis()
    expect(await buy(commerce, 'before')).toBe('confirmed')
    expect(asked.count).toBeGreaterThan(0)
    way.become(fault)
    const outcomes = []
    for (let count = 1; count < units; count += 1) outcomes.push(await buy(commerce, `k-${count}`))
    expect(outcomes).toEqual(Array(units - 1).fill('confirmed'))
    expect((await commerce.search.query({ text: 'hot', client: '192.0.2.1' })).items).toHaveLength(1)
    await expect(buy(commerce, 'one too many')).rejects.toMatchObject({ code: expect.stringMatching(/^(?:OUT_OF_STOCK|CART_PROBLEMS)$/) })
    await expect(commerce.rates.require({ rule: 'login', subject: 'ada' })).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' })
    const waiting = async () => {
      const read = await commerce.storage.snapshot(clock.now(), (snapshot) => snapshot.outbox.consumers())
      return read.find(({ name }) => name === 'redis:events')?.behind ?? 0
    }
    await commerce.worker.runOnce()
    expect(await waiting()).toBeGreaterThan(0)
    way.become('up')
    const relayLater = async () => {
      clock.advance(10 * 60_000)
      await commerce.worker.runOnce({ jobs: ['relay'] })
      return waiting()
    }
    await expect.poll(relayLater, { timeout: 30_000, interval: 200 }).toBe(0)
    expect((await commerce.audit({ providers: true })).violations).toBe(0)
  },
)
