/**
 * `npm run bench`: what an order, a start and an installation cost, on SQLite. `npm run bench -- postgres`: orders and page views on the Postgres that
 * `npm run services` runs. `npm run bench -- seed`: seeding products there against a raw COPY. `npm run bench -- redis`: carts and cached views in Redis against bare `ioredis`, refused buyers
 * with admission and without, and what the loss of Redis costs. `-- --json` prints one JSON line a result.
 */
import { parseArgs } from 'node:util'
import { loadServices } from '../scripts/require-services.ts'
import { BenchRefusal } from './bench-refusal.ts'
import { footprintBench } from './footprint.ts'
import { orderBench } from './order-bench.ts'
import { postgresBench } from './postgres/postgres-bench.ts'
import { seedBench } from './postgres/seed-bench.ts'
import { redisBench } from './redis/redis-bench.ts'
import { type BenchResult, printResults } from './report.ts'
import { startBench } from './start-bench.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, orders: { type: 'string' }, products: { type: 'string' }, rounds: { type: 'string' } },
})
const [suite = 'sqlite'] = positionals
const suites: Readonly<Record<string, () => Promise<Outcome>>> = { sqlite: onSqlite, postgres: onPostgres, seed: onSeed, redis: onRedis }
const bench = suites[suite]
if (bench === undefined) throw new Error(`there is no benchmark \`${suite}\`: use ${Object.keys(suites).join(', ')}`)

const { results, notes } = await bench().catch(refused)
printResults(results, flags.json)
if (!flags.json) for (const note of new Set(notes)) console.log(note)
process.exitCode = results.every(({ met }) => met !== false) ? 0 : 1

/** What is missing is said in a line. */
function refused(error: unknown): never {
  if (!(error instanceof BenchRefusal)) throw error
  console.error(error.message)
  process.exit(1)
}

interface Outcome {
  readonly results: readonly BenchResult[]
  readonly notes: readonly string[]
}

async function onSqlite(): Promise<Outcome> {
  const [orders, rounds] = [Number(flags.orders ?? 200), Number(flags.rounds ?? 5)]
  const runs = []
  for (const synchronous of ['FULL', 'OFF'] as const) {
    for (const statements of ['by hand', 'as sent'] as const) runs.push(await orderBench({ synchronous, statements, orders, rounds }))
  }
  runs.push(await startBench(Math.max(rounds, 5)), await footprintBench())
  return { results: runs.map(({ result }) => result), notes: runs.flatMap((run) => run.notes) }
}

function onPostgres(): Promise<Outcome> {
  loadServices()
  return postgresBench({ orders: Number(flags.orders ?? 96), rounds: Number(flags.rounds ?? 2) })
}

async function onSeed(): Promise<Outcome> {
  loadServices()
  return { results: [await seedBench(Number(flags.products ?? 5_000), Number(flags.rounds ?? 2))], notes: [] }
}

async function onRedis(): Promise<Outcome> {
  loadServices()
  return { results: await redisBench({ rounds: Number(flags.rounds ?? 5), orders: Number(flags.orders ?? 400) }), notes: [] }
}
