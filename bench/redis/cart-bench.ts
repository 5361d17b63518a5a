import { randomUUID } from 'node:crypto'
import { redisCarts, redisConnection } from '@cartwright/adapters-redis'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, uuidV7Source } from '@cartwright/core'
import type { Cart, CartId, CustomerId } from '@cartwright/core/ports'
import { Redis } from 'ioredis'
import { cartKey, shardOf, streamKey } from '../../packages/adapters-redis/src/carts/cart-keys.ts'
import { saveCart } from '../../packages/adapters-redis/src/carts/cart-scripts.ts'
import { cartText, lifetimeMs } from '../../packages/adapters-redis/src/carts/cart-text.ts'
import { faultyAddress } from '../../packages/adapters-redis/test/faulty-address.ts'
import { comparison } from '../postgres/against-bare.ts'
import { type BenchResult, median } from '../report.ts'
import { nativeCallsPerSecond } from './native-benchmark.ts'

const custody = { term: 0, loan: 1 }
const ids = uuidV7Source()

interface CartBenchOptions {
  readonly url: string
  /** How many carts are changed at once, each again and again. */
  readonly clients: number
  /** Changes a round. */
  readonly changes: number
  readonly rounds: number
}

/**
 * Adding to carts in Redis through the store, in turns with the same script and the same payload sent by bare `ioredis`, which writes the cart as JSON too, and by
 * `redis-benchmark`, which sends one text again and again over connections of its own.
 */
export async function cartAddBench({ url, clients, changes, rounds }: CartBenchOptions): Promise<readonly BenchResult[]> {
  const prefix = `bench:${randomUUID()}:`
  const redis = redisConnection({ url, prefix, timeoutMs: 10_000 })
  const bare = new Redis(url)
  const store = redisCarts({ redis, copyEveryMs: null })
  const oursMs: number[] = []
  const baselineMs: number[] = []
  const nativeMs: number[] = []
  const count = Math.ceil(changes / clients) * clients
  const parameters = (cart: Cart, expectedVersion: number) => ({
    keys: [cartKey(redis, cart.id), streamKey(redis, shardOf(cart.id))] as const,
    values: [expectedVersion, cart.version, custody.term, custody.loan, cartText(cart), lifetimeMs(cart), cart.id] as const,
  })
  try {
    await bare.script('LOAD', saveCart.lua)
    for (let round = 0; round <= rounds; round += 1) {
      const carts = Array.from({ length: 2 * clients }, newCart)
      for (const cart of carts) await store.put({ cart, custody })
      const through = await changeAll(carts.slice(0, clients), changes, (cart) => store.save({ copy: { cart, custody }, expectedVersion: cart.version - 1 }))
      const sent = await changeAll(carts.slice(clients), changes, (cart) => {
        const { keys, values } = parameters(cart, cart.version - 1)
        return bare.evalsha(saveCart.sha1, keys.length, ...keys, ...values)
      })
      const again = newCart()
      await store.put({ cart: again, custody })
      // It keeps its version, so that each call saves.
      const perSecond = await nativeCallsPerSecond({ url, clients, count, script: saveCart, ...parameters(again, again.version) })
      // The first round warms all up.
      if (round === 0) continue
      oursMs.push(through)
      baselineMs.push(sent)
      nativeMs.push((count * 1_000) / perSecond)
    }
  } finally {
    const keys = await bare.keys(`${prefix}*`)
    if (keys.length > 0) await bare.unlink(...keys)
    await redis.close()
    bare.disconnect()
  }
  const ours = comparison(`cart add, ${clients} at once`, 'per s, vs EVALSHA by bare ioredis', { count, oursMs, baselineMs, goal: 0.7 })
  const native = Math.round((count * 1_000) / median(nativeMs))
  const shown = { baseline: native, ratio: ours.ours / native, unit: 'per s, vs EVALSHA by redis-benchmark', goal: '', met: null }
  return [ours, { ...ours, ...shown }]
}

/** How long changed carts take to reach the database while a shop works: the longest of many. */
export async function cartLagBench({ url, clients }: Pick<CartBenchOptions, 'url' | 'clients'>): Promise<BenchResult> {
  const prefix = `bench:${randomUUID()}:`
  const redis = redisConnection({ url, prefix, timeoutMs: 10_000 })
  const commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD', carts: redisCarts({ redis }) })
  const actor = { type: 'customer', customerId: 'ada' } as const
  const lags: number[] = []
  try {
    const follow = async () => {
      const { cart } = await commerce.carts.create({ actor })
      const madeAt = performance.now()
      const isStored = () => commerce.storage.snapshot({ source: 'database' }, (snapshot) => snapshot.carts.find({ cartId: cart.id, owner: { type: 'any' } }))
      while ((await isStored()) === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
      lags.push(performance.now() - madeAt)
    }
    for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: clients }, follow))
  } finally {
    await commerce.close()
    for (const server of await redis.servers()) {
      for (const key of (await server.call('keys', [`${prefix}*`])) as string[]) await server.call('del', [key])
    }
    await redis.close()
  }
  const longest = Math.max(...lags)
  return { bench: 'cart copy lag', ours: longest, baseline: 1_000, ratio: longest / 1_000, unit: 'ms, the longest', goal: '≤ 1000', met: longest <= 1_000 }
}

/** Adding to a cart while Redis takes calls and never answers: the slowest but one in a hundred, with the limits that a shop has unless told otherwise. */
export async function hangingRedisBench({ url }: Pick<CartBenchOptions, 'url'>): Promise<BenchResult> {
  const way = await faultyAddress(url)
  const storage = sqliteStorage({ file: ':memory:' })
  const commerce = await createCommerce({ storage, currency: 'USD', carts: redisCarts({ url: way.url, prefix: `bench:${randomUUID()}:` }) })
  const actor = { type: 'customer', customerId: 'ada' } as const
  try {
    const variants = [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }] }]
    await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants }] })
    way.become('hangs')
    const { cart } = await commerce.carts.create({ actor })
    const tookMs: number[] = []
    for (let count = 0; count < 1_000; count += 1) {
      const startedMs = performance.now()
      await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
      tookMs.push(performance.now() - startedMs)
    }
    const p99 = tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length * 0.99)] ?? Number.NaN
    return { bench: 'cart add, Redis hanging', ours: p99, baseline: 250, ratio: p99 / 250, unit: 'ms, p99', goal: '≤ 250', met: p99 <= 250 }
  } finally {
    await commerce.close()
    await way.close()
  }
}

function newCart(): Cart {
  const now = new Date()
  const lines = Array.from({ length: 3 }, (_, index) => ({ sku: `SKU-${index}`, quantity: 1, seenUnitMinor: 1250 }))
  const expiresAt = new Date(now.getTime() + 7 * 24 * 3_600_000)
  const owner = { customerId: 'ada' as CustomerId, guestTokenHash: null }
  return { id: ids.next<CartId>(), ...owner, currency: 'USD', status: 'active', version: 1, lines, expiresAt, createdAt: now, updatedAt: now }
}

/** Changes every cart again and again, each when its last change was answered. @returns how long it took, in ms. */
async function changeAll(carts: readonly Cart[], changes: number, save: (cart: Cart) => Promise<unknown>): Promise<number> {
  const each = Math.ceil(changes / carts.length)
  const startedMs = performance.now()
  await Promise.all(
    carts.map(async (first) => {
      for (let count = 1; count <= each; count += 1) {
        const lines = first.lines.map((line) => ({ ...line, quantity: count }))
        const answer = await save({ ...first, lines, version: first.version + count })
        if (answer !== 'saved') throw new Error(`a change of a cart was ${String(answer)}`)
      }
    }),
  )
  return performance.now() - startedMs
}
