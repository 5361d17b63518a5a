/** `npm run bench`: what an order, a start and an installation cost. `-- --json` prints one JSON line a result. */
import { parseArgs } from 'node:util'
import { footprintBench } from './footprint.ts'
import { orderBench } from './order-bench.ts'
import { printResults } from './report.ts'
import { startBench } from './start-bench.ts'

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, orders: { type: 'string', default: '200' }, rounds: { type: 'string', default: '5' } },
})
const orders = Number(flags.orders)
const rounds = Number(flags.rounds)

const runs = []
for (const synchronous of ['FULL', 'OFF'] as const) {
  for (const statements of ['by hand', 'as sent'] as const) runs.push(await orderBench({ synchronous, statements, orders, rounds }))
}
runs.push(await startBench(Math.max(rounds, 5)), await footprintBench())
printResults(
  runs.map(({ result }) => result),
  flags.json,
)

if (!flags.json) for (const note of new Set(runs.flatMap(({ notes }) => notes))) console.log(note)
process.exitCode = runs.every(({ result }) => result.met !== false) ? 0 : 1
