import { isDeepStrictEqual } from 'node:util'
import { commitsIn, type RoundTrip } from '../../packages/adapters-postgres/test/round-trips.ts'
import type { BenchResult } from '../report.ts'
import { databaseUrl, remakeDatabase, rowCounts } from './bench-database.ts'
import { type CapturedOrders, ordersOf } from './order-bench.ts'
import { orderStatement } from './order-statement.ts'
import { pgbench } from './pgbench.ts'

/** What `pgbench` does: our statements sent as they were captured, and one statement an order. Both must leave as many rows in every table as ours did. */
export async function pgbenchOrders(captured: CapturedOrders, clients: number, ours: BenchResult): Promise<readonly BenchResult[]> {
  const { template } = captured
  const orders = ordersOf(captured, clients)
  const expected = await rowCounts(databaseUrl('cartwright_bench_ours'))
  const replayed = await remakeDatabaseOf('cartwright_bench_replayed', template, (url) => replayAll(url, orders, clients))
  const shortest = await remakeDatabaseOf('cartwright_bench_shortest', template, (url) => {
    const skus = ['a', 'b', 'c'].map((name) => `'SKU-' || :${name}`)
    // Lines of one order lie next to each other, so that two orders want all of the same levels or none.
    const script = `\\set a 3 * random(0, 332)\n\\set b :a + 1\n\\set c :a + 2\n${orderStatement(skus)};\n`
    return pgbench({ url, script, clients, transactionsOfEach: orders.length / clients, protocol: 'prepared' })
  })
  for (const { url } of [replayed, shortest]) {
    const rows = await rowCounts(url)
    if (!isDeepStrictEqual(rows, expected)) throw new Error(`pgbench wrote other rows: ${JSON.stringify({ rows, expected })}`)
  }
  const commits = commitsIn(orders.flat()) / orders.length
  const name = `order of three lines, ${clients} client${clients === 1 ? '' : 's'}`
  return [
    shown(`${name}, against pgbench replaying it (${commits} commits)`, ours.ours, replayed.perSecond),
    shown(`${name}, against pgbench with one statement (1 commit)`, ours.ours, shortest.perSecond),
  ]
}

async function remakeDatabaseOf(name: string, template: string, run: (url: string) => Promise<number>) {
  const url = await remakeDatabase(name, template)
  return { url, perSecond: Math.round(await run(url)) }
}

function shown(bench: string, ours: number, baseline: number): BenchResult {
  return { bench, ours, baseline, ratio: ours / baseline, unit: 'orders/s', goal: 'shown', met: null }
}

/** Each client sends its share of the orders once, so a run of the script is many orders. */
async function replayAll(url: string, orders: readonly (readonly RoundTrip[])[], clients: number): Promise<number> {
  const shares = Array.from({ length: clients }, (_, client) => orders.filter((_order, turn) => turn % clients === client))
  const branches = shares.map((share, client) => `\\${client === 0 ? 'if' : 'elif'} :client_id = ${client}\n${share.map(literalScript).join('')}`)
  const tps = await pgbench({ url, script: `${branches.join('')}\\endif\n`, clients, transactionsOfEach: 1, protocol: 'simple' })
  return tps * (orders.length / clients)
}

function literalScript(trips: readonly RoundTrip[]): string {
  return trips
    .flat()
    .map(({ text, values = [] }) => `${text.replace(/\$(\d+)/g, (_match, number: string) => literal(values[Number(number) - 1]))};\n`)
    .join('')
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = Array.isArray(value) ? `{${value.map((item) => JSON.stringify(item)).join(',')}}` : String(value)
  return `'${text.replaceAll("'", "''")}'`
}
