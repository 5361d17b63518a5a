import type { BenchResult } from '../report.ts'
import { redisUrl } from './bench-redis.ts'
import { cachedViewBench, sharedViewBench } from './cache-bench.ts'
import { cartAddBench, cartLagBench, hangingRedisBench } from './cart-bench.ts'
import { requireRedisBenchmark } from './native-benchmark.ts'
import { refusedBuyersBench } from './refused-buyers-bench.ts'
import { withoutRedisBench } from './without-redis-bench.ts'

/**
 * What the library costs on the Redis that `npm run services` runs, and what Redis is worth to a shop on its Postgres.
 *
 * @param options.orders - refused buyers, or orders, a round.
 */
export async function redisBench({ rounds, orders }: { readonly rounds: number; readonly orders: number }): Promise<readonly BenchResult[]> {
  const url = redisUrl()
  await requireRedisBenchmark()
  const results: BenchResult[] = []
  for (const clients of [1, 50]) results.push(...(await cartAddBench({ url, clients, changes: clients === 1 ? 2_000 : 20_000, rounds })))
  results.push(await cartLagBench({ url, clients: 10 }), await hangingRedisBench({ url }))
  results.push(await cachedViewBench({ views: 50_000, rounds }))
  for (const clients of [1, 50]) results.push(...(await sharedViewBench({ url, clients, views: clients === 1 ? 2_000 : 20_000, rounds })))
  results.push(...(await refusedBuyersBench({ orders, rounds: Math.min(rounds, 3) })), ...(await withoutRedisBench({ orders })))
  return results
}
