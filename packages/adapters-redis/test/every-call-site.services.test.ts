import { randomUUID } from 'node:crypto'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, type CommerceOptions, createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisAdmission } from '../src/admission/redis-admission.ts'
import { redisCache } from '../src/cache/redis-cache.ts'
import { redisCarts } from '../src/carts/redis-carts.ts'
import { redisEventPublisher } from '../src/events/redis-event-publisher.ts'
import { redisRateLimiter } from '../src/limits/redis-rate-limiter.ts'
import { type RedisConnection, redisConnection } from '../src/redis-connection.ts'
import { type AddressFault, faultyAddress } from './faulty-address.ts'
import { serviceUrl } from './topologies.ts'
import { watchedRedis } from './watched-redis.ts'

const actor = { type: 'customer', customerId: 'ada' } as const
const address = { name: 'Ada Buyer', line1: '1 Main Street', city: 'Springfield', region: 'NY', postalCode: '12345', country: 'US' }
const turns = 10
/** Failures in a row that open the breaker. */
const failures = 5

interface Site {
  readonly name: string
  /** The shop asks Redis here and nowhere else. */
  readonly options: (redis: RedisConnection) => Partial<CommerceOptions>
  /** Done before Redis fails: gives what is done in each turn from then on. Its answer must be `expected`. */
  readonly prepare: (commerce: Commerce) => Promise<(turn: number) => Promise<unknown>>
  readonly expected: unknown
  /** How often one turn may wait for a Redis that does not answer. */
  readonly waits: number
}

const quantityOf = ({ lines }: { readonly lines: readonly { readonly quantity: number }[] }) => lines[0]?.quantity
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code }) => code as string,
  )

async function readyCart({ carts, checkout }: Commerce) {
  const { cart } = await carts.create({ actor })
  const of = { actor, cartId: cart.id }
  await carts.addLine({ ...of, sku: 'SKU-0', quantity: 1 })
  const { total } = await checkout.quote({ ...of, shippingAddress: address, shippingMethod: 'standard' })
  return { ...of, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: cart.id }
}

const inCarts = { options: (redis: RedisConnection) => ({ carts: redisCarts({ redis, copyEveryMs: null }) }), waits: 2 }
const inCache = { options: (redis: RedisConnection) => ({ cache: { shared: redisCache({ redis }), maxEntries: 1 } }) }
const inLimiter = (rule: 'search' | 'checkout' | 'login') => ({
  options: (redis: RedisConnection) => ({ rateLimits: { limiter: redisRateLimiter({ redis }), rules: { [rule]: { burst: 1_000, perMs: 60_000 } } } }),
  waits: 1,
})

/** A place that asks for carts that have been made ready. */
async function placing(commerce: Commerce) {
  const ready: Awaited<ReturnType<typeof readyCart>>[] = []
  for (let turn = 0; turn < turns; turn += 1) ready.push(await readyCart(commerce))
  return async (turn: number) => {
    const cart = ready[turn]
    if (cart === undefined) throw new Error('there is a cart for each turn')
    return (await commerce.checkout.place(cart)).outcome
  }
}

const sites: readonly Site[] = [
  {
    ...inCarts,
    name: 'making a cart',
    prepare:
      async ({ carts }) =>
      async () =>
        (await carts.create({ actor })).cart.version,
    expected: 1,
  },
  {
    ...inCarts,
    name: 'changing a cart',
    prepare: async ({ carts, worker }) => {
      const { cart } = await carts.create({ actor })
      await worker.runOnce({ jobs: ['carts'] })
      return async (turn) => quantityOf(await carts.addLine({ actor, cartId: cart.id, sku: 'SKU-0', quantity: 1 })) === turn + 1
    },
    expected: true,
  },
  {
    ...inCache,
    name: 'looking at a product',
    prepare: viewing,
    expected: 'Thing',
    // The text, and beside it where the level stands in the outbox.
    waits: 2,
  },
  {
    ...inCache,
    name: 'repricing a product',
    prepare: async (commerce) => {
      await viewing(commerce)
      return async (turn) => {
        const amountMinor = 100 + turn
        const { variants } = await commerce.catalog.setPrice({ sku: 'SKU-0', price: { currency: 'USD', amountMinor } })
        const shown = await commerce.catalog.get({ handle: 'thing-0' })
        return variants[0]?.prices[0]?.amountMinor === amountMinor && shown.variants[0]?.prices[0]?.amountMinor === amountMinor
      }
    },
    expected: true,
    waits: 3,
  },
  {
    ...inLimiter('search'),
    name: 'searching',
    prepare:
      async ({ search }) =>
      async () =>
        (await search.query({ text: 'thing', client: '192.0.2.1' })).items.length > 0,
    expected: true,
  },
  { ...inLimiter('checkout'), name: 'checking out, limited', prepare: placing, expected: 'confirmed' },
  {
    ...inLimiter('login'),
    name: 'logging in',
    prepare:
      async ({ rates }) =>
      (turn) =>
        codeOf(rates.require({ rule: 'login', subject: `buyer ${turn}` })),
    expected: 'DEPENDENCY_UNAVAILABLE',
  },
  {
    name: 'checking out, behind admission',
    options: (redis) => ({ inventory: { admission: { gate: redisAdmission({ redis }), skus: ['SKU-0'] } } }),
    prepare: placing,
    expected: 'confirmed',
    waits: 1,
  },
  {
    name: 'relaying events',
    options: (redis) => ({ publishers: [redisEventPublisher({ redis })] }),
    prepare: async ({ worker, inventory }) => {
      return async () => {
        await inventory.adjust({ sku: 'SKU-0', by: 1, reason: 'received' })
        await worker.runOnce({ jobs: ['relay'] })
        return 'relayed or waiting'
      }
    },
    expected: 'relayed or waiting',
    waits: 1,
  },
]

/** Looks at another product in each turn, which this process does not have. */
async function viewing({ catalog }: Commerce) {
  const view = async (turn: number) => (await catalog.get({ handle: `thing-${turn % turns}` })).title
  // Until the level is in use; each look takes another one's place in the process.
  for (let turn = 0; turn < 3 * turns; turn += 1) await view(turn)
  return view
}

async function openShop({ options }: Site, redis: RedisConnection): Promise<Commerce> {
  const commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD', payments: [fakePayments()], ...options(redis) })
  onTestFinished(() => commerce.close())
  const products = Array.from({ length: turns }, (_, index) => ({
    handle: `thing-${index}`,
    title: 'Thing',
    variants: [{ sku: `SKU-${index}`, prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 100 }] }],
  }))
  await commerce.catalog.upsertMany({ products })
  return commerce
}

const faults: readonly AddressFault[] = ['down', 'hangs', { lateByMs: 2_000 }]

describe.each(sites)('D1: $name', (site) => {
  test.each(faults.map((fault) => ({ fault })))('Redis $fault: goes on as without, and waits in few turns only', async ({ fault }) => {
    const way = await faultyAddress(serviceUrl('CARTWRIGHT_REDIS_URL'))
    onTestFinished(() => way.close())
    // By its clock, the breaker stays open.
    const real = redisConnection({ url: way.url, prefix: `test:${randomUUID()}:`, nowMs: () => 0, breaker: { failures, windowMs: 60_000 } })
    onTestFinished(() => real.close())
    let waits = 0
    const redis = watchedRedis(real, async (_, make) => {
      try {
        return await make()
      } catch (error) {
        if (isCommerceError(error, 'DEPENDENCY_UNAVAILABLE') && error.details.reason !== 'breaker_open') waits += 1
        throw error
      }
    })
    // A busy machine must not look like a slow Redis before it is made so.
    await real.call('ping', [], { timeoutMs: 5_000 })
    const commerce = await openShop(site, redis)
    const act = await site.prepare(commerce)
    way.become(fault)
    waits = 0
    const outcomes: unknown[] = []
    const waited: number[] = []
    for (let turn = 0; turn < turns; turn += 1) {
      const before = waits
      outcomes.push(await act(turn))
      waited.push(waits - before)
    }
    expect(outcomes).toEqual(Array(turns).fill(site.expected))
    expect(Math.max(...waited)).toBeLessThanOrEqual(site.waits)
    expect(waits).toBeGreaterThan(0)
    // Others of the same turn may be under way when the breaker opens.
    expect(waits).toBeLessThanOrEqual(failures + site.waits - 1)
  })
})
