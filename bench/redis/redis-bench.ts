import type { BenchResult } from '../report.ts'
import { cartAddBench, cartLagBench, hangingRedisBench } from './cart-bench.ts'

/** What the library costs on the Redis that `npm run services` runs. */
export async function redisBench({ rounds }: { readonly rounds: number }): Promise<readonly BenchResult[]> {
  const url = process.env.CARTWRIGHT_REDIS_URL
  if (url === undefined) throw new Error('CARTWRIGHT_REDIS_URL is not set: start the servers with `npm run services`')
  const results: BenchResult[] = []
  for (const clients of [1, 50]) results.push(await cartAddBench({ url, clients, changes: clients === 1 ? 2_000 : 20_000, rounds }))
  results.push(await cartLagBench({ url, clients: 10 }), await hangingRedisBench({ url }))
  return results
}
