import { type AddressFault, faultyAddress } from '../../packages/adapters-redis/test/faulty-address.ts'
import type { BenchResult } from '../report.ts'
import { benchRedis, redisUrl } from './bench-redis.ts'
import { inParallel, openFlashSale, placeReady } from './flash-sale.ts'

const clients = 8
/** What a call to Redis may take, and what the database needs on a busy machine. */
const goalMs = 250

/** What the 99th of a hundred buyers waits for an order behind admission while Redis is up, down, hangs, or answers 2 s late. */
export async function withoutRedisBench({ orders }: { readonly orders: number }): Promise<readonly BenchResult[]> {
  const baseline = await p99Of(orders, undefined)
  const faults: readonly (readonly [string, AddressFault])[] = [
    ['up', 'up'],
    ['down', 'down'],
    ['hanging', 'hangs'],
    ['2 s late', { lateByMs: 2_000 }],
  ]
  const results: BenchResult[] = []
  for (const [words, fault] of faults) {
    const ours = await p99Of(orders, fault)
    const bench = `p99 of an order, ${clients} clients, Redis ${words}, against no Redis`
    results.push({ bench, ours, baseline, ratio: ours / baseline, unit: 'ms', goal: `≤ baseline + ${goalMs} ms`, met: ours <= baseline + goalMs })
  }
  return results
}

async function p99Of(orders: number, fault: AddressFault | undefined): Promise<number> {
  const address = await faultyAddress(redisUrl())
  const redis = fault === undefined ? undefined : benchRedis(address.url)
  const sale = await openFlashSale({ units: orders + 1, clients, ...(redis === undefined ? {} : { redis }) })
  try {
    const [first, ...rest] = await sale.ready(orders + 1)
    if (first === undefined) throw new Error('there is a first buyer')
    await placeReady(sale.commerce, first)
    address.become(fault ?? 'up')
    const waits = await inParallel(rest, clients, async (buyer) => {
      const startedMs = performance.now()
      const outcome = await placeReady(sale.commerce, buyer)
      if (outcome !== 'confirmed') throw new Error(`an order ended as ${outcome}`)
      return performance.now() - startedMs
    })
    return [...waits].sort((a, b) => a - b)[Math.ceil(waits.length * 0.99) - 1] ?? Number.NaN
  } finally {
    await sale.close()
    await redis?.close()
    await address.close()
  }
}
