import { randomUUID } from 'node:crypto'
import { redisCache, redisConnection } from '@cartwright/adapters-redis'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type CacheLevel, type CacheOptions, type Commerce, createCommerce } from '@cartwright/core'
import { Redis } from 'ioredis'
import { comparison, timeTurns } from '../postgres/against-bare.ts'
import { type BenchResult, median } from '../report.ts'

const products = 200
const goalUs = 10

interface CacheBenchOptions {
  readonly url: string
  readonly views: number
  readonly rounds: number
}

/** Views of products that this process has seen before. */
export async function cachedViewBench({ views, rounds }: Omit<CacheBenchOptions, 'url'>): Promise<BenchResult> {
  const commerce = await openShop({})
  const timesUs: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const elapsedMs = await timeTurns(views, 1, (turn) => view(commerce, turn))
    // The first round warms up.
    if (round > 0) timesUs.push((elapsedMs / views) * 1_000)
  }
  await commerce.close()
  const ours = median(timesUs)
  return {
    bench: 'product view from the cache in the process',
    ours,
    baseline: goalUs,
    ratio: ours / goalUs,
    unit: 'µs',
    goal: `≤ ${goalUs} µs`,
    met: ours <= goalUs,
  }
}

/**
 * Views that find nothing in the process and everything in Redis, in turns with a bare `ioredis` that gets the same texts under the same keys, and with one that
 * parses them too, as whoever wants a product must.
 */
export async function sharedViewBench({ url, clients, views, rounds }: CacheBenchOptions & { readonly clients: number }): Promise<readonly BenchResult[]> {
  const redis = redisConnection({ url, prefix: `bench:${randomUUID()}:`, timeoutMs: 10_000 })
  const keys = new Set<string>()
  const level = redisCache({ redis })
  const noting: CacheLevel = {
    ...level,
    store: (params) => {
      if (params.key.includes(':product:')) keys.add(redis.key('cache', params.key, 'value'))
      return level.store(params)
    },
  }
  const commerce = await openShop({ shared: noting, maxEntries: 1 })
  const bare = new Redis(url)
  const oursMs: number[] = []
  const baselineMs: number[] = []
  const parsedMs: number[] = []
  try {
    // Several passes: the first views come before this process has caught up with the level.
    for (let turn = 0; turn < 10 * products && keys.size < products; turn += 1) await view(commerce, turn)
    const texts = [...keys]
    if (texts.length !== products) throw new Error(`${texts.length} of ${products} products are in Redis`)
    for (let round = 0; round <= rounds; round += 1) {
      const ours = await timeTurns(views, clients, (turn) => view(commerce, turn))
      const get = async (turn: number): Promise<string> => {
        const text = await bare.get(texts[turn % products] ?? '')
        if (text === null) throw new Error('a text is gone')
        return text
      }
      const baseline = await timeTurns(views, clients, get)
      const parsed = await timeTurns(views, clients, async (turn) => JSON.parse(await get(turn)))
      // The first round warms all up.
      if (round === 0) continue
      oursMs.push(ours)
      baselineMs.push(baseline)
      parsedMs.push(parsed)
    }
  } finally {
    await commerce.close()
    if (keys.size > 0) await bare.unlink(...keys)
    await redis.close()
    bare.disconnect()
  }
  const against = (unit: string, baselineMs: readonly number[]) =>
    comparison(`product view from Redis, ${clients} at once`, unit, { count: views, oursMs, baselineMs, goal: 0.7 })
  return [against('per s, vs GET by bare ioredis', baselineMs), against('per s, vs GET and JSON.parse by bare ioredis', parsedMs)]
}

async function openShop(cache: CacheOptions): Promise<Commerce> {
  const commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD', cache })
  const records = Array.from({ length: products }, (_, index) => ({
    handle: `product-${index}`,
    title: `Product ${index}`,
    description: 'A plain thing of good make, described in a sentence or two. '.repeat(8),
    variants: ['S', 'M', 'L'].map((size) => ({ sku: `SKU-${index}-${size}`, options: { Size: size }, prices: [{ currency: 'USD', amountMinor: 1_250 }] })),
    options: ['Size'],
  }))
  const { rejected } = await commerce.catalog.upsertMany({ products: records })
  if (rejected.length > 0) throw new Error(`the goods were refused: ${JSON.stringify(rejected[0])}`)
  return commerce
}

function view(commerce: Commerce, turn: number): Promise<unknown> {
  return commerce.catalog.get({ handle: `product-${turn % products}` })
}
