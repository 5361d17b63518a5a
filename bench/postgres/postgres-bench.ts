import type { BenchResult } from '../report.ts'
import { hotSkuBench } from './hot-sku-bench.ts'
import { captureOrders, orderBench, orderCosts } from './order-bench.ts'
import { pgbenchOrders } from './pgbench-orders.ts'
import { readingBench } from './reading-bench.ts'

const clientCounts = [1, 8, 32]
const crowds = [8, 32]

export interface PostgresBenchOptions {
  /** Orders a round: a multiple of 32. */
  readonly orders: number
  readonly rounds: number
}

/** What the library costs on Postgres: orders and page views against bare `pg` with the same statements, and beside what `pgbench` does. */
export async function postgresBench({
  orders,
  rounds,
}: PostgresBenchOptions): Promise<{ readonly results: readonly BenchResult[]; readonly notes: readonly string[] }> {
  const results: BenchResult[] = []
  const captured = await captureOrders({ timed: orders, clients: Math.max(...clientCounts) })
  for (const clients of clientCounts) {
    const result = await orderBench(captured, { clients, rounds })
    results.push(result, ...(await pgbenchOrders(captured, clients, result)))
  }
  results.push(...(await readingBench({ template: captured.template, clients: 8, rounds, calls: 1_000 })))
  for (const clients of crowds) results.push(...(await hotSkuBench(clients, 3)))
  return { results, notes: [await orderCosts(captured)] }
}
