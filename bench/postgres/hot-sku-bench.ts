import { postgresStorage } from '@cartwright/adapters-postgres'
import { measureCell } from '../contention/measure.ts'
import type { BenchResult } from '../report.ts'
import { connected, remakeDatabase, rowCounts } from './bench-database.ts'
import { orderStatement } from './order-statement.ts'
import { pgbench } from './pgbench.ts'

const name = 'cartwright_bench_hot'
const strategies = ['conditional', 'optimistic', 'pessimistic', 'batched'] as const

/** Everybody wants one SKU: the four strategies, the whole way from a ready cart to a confirmed order, against `pgbench` calling a function that writes as many rows. */
export async function hotSkuBench(clients: number, seconds: number): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = []
  let baseline = 0
  for (const strategy of strategies) {
    const url = await remakeDatabase(name)
    const storage = postgresStorage({ url, writers: clients, readers: clients, timeouts: { lockMs: 5_000 } })
    await storage.migrations.up()
    const cell = await measureCell({ operation: 'order', strategy, skus: 1, clients, seconds, seed: 1 }, storage)
    const rows = await rowsPerOrder(url)
    if (baseline === 0) baseline = await functionPerOrder(url, clients, rows)
    results.push({
      bench: `orders of one SKU, ${clients} clients, ${strategy}, against pgbench with a function an order`,
      ours: Math.round(cell.perSecond),
      baseline,
      ratio: cell.perSecond / baseline,
      unit: 'orders/s',
      goal: 'shown',
      met: null,
    })
  }
  return results
}

async function rowsPerOrder(url: string): Promise<string> {
  const counts = await rowCounts(url)
  const tables = ['carts', 'cart_lines', 'quotes', 'reservations', 'reservation_lines', 'orders', 'order_lines', 'order_history', 'payments', 'payment_history']
  return tables.map((table) => `${table} ${(counts[table] ?? 0) / (counts.orders ?? 0)}`).join(', ')
}

/** On the shop that a strategy has just used. @throws when an order by the function is other rows than one of ours */
async function functionPerOrder(url: string, clients: number, ourRows: string): Promise<number> {
  await connected(url, (client) => client.query(`CREATE FUNCTION place_order(wanted text) RETURNS bigint LANGUAGE sql AS $$ ${orderStatement(['wanted'])} $$`))
  const script = "SELECT place_order('SKU-1');\n"
  const perSecond = await pgbench({ url, script, clients, transactionsOfEach: 200, protocol: 'prepared' })
  const rows = await rowsPerOrder(url)
  if (rows !== ourRows) throw new Error(`an order by the function is ${rows}, one of ours ${ourRows}`)
  return Math.round(perSecond)
}
