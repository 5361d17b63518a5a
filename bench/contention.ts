/**
 * `npm run bench:contention`: what each strategy does where many clients want few SKUs, and whether batches keep what they promise. `-- --json` prints one line
 * a figure, `-- --write` puts the table and the chart into docs/.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { contentionChart } from './contention/chart.ts'
import { contentionDocument } from './contention/document.ts'
import { type ContentionCell, clientCounts, measureCell, skuCounts } from './contention/measure.ts'
import { type BenchResult, printResults } from './report.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
})
const seconds = Number(flags.seconds)
const seed = Number(flags.seed)
const strategies = ['conditional', 'optimistic', 'pessimistic', 'batched'] as const

const cells: ContentionCell[] = []
for (const skus of skuCounts) {
  for (const clients of clientCounts) {
    for (const strategy of strategies) cells.push(await measure({ operation: 'claim', strategy, skus, clients }))
  }
}
for (const skus of [1, 1_000]) for (const strategy of strategies) cells.push(await measure({ operation: 'order', strategy, skus, clients: 64 }))

const results = [...cells.map(shown), claimGoal(), orderGoal()]
printResults(results, flags.json)
if (flags.write) {
  await writeFile(new URL('../docs/contention.svg', import.meta.url), contentionChart(cells))
  await writeFile(new URL('../docs/contention.md', import.meta.url), contentionDocument(cells, results))
}
process.exitCode = results.every(({ met }) => met !== false) ? 0 : 1

async function measure(what: Pick<ContentionCell, 'operation' | 'strategy' | 'skus' | 'clients'>): Promise<ContentionCell> {
  const cell = await measureCell({ ...what, seconds, seed })
  console.error(`${describe(cell)}: ${Math.round(cell.perSecond)}/s, p99 ${cell.p99Ms.toFixed(1)} ms, ${cell.retries} retries`)
  return cell
}

function describe({ operation, strategy, skus, clients }: Pick<ContentionCell, 'operation' | 'strategy' | 'skus' | 'clients'>): string {
  return `${operation}, ${skus} SKU${skus === 1 ? '' : 's'}, ${clients} client${clients === 1 ? '' : 's'}, ${strategy}`
}

function rate(what: Pick<ContentionCell, 'operation' | 'strategy' | 'skus' | 'clients'>): number {
  const found = cells.find((cell) => describe(cell) === describe(what))
  if (found === undefined) throw new Error(`not measured: ${describe(what)}`)
  return found.perSecond
}

/** Each cell against `conditional` under the same load. */
function shown(cell: ContentionCell): BenchResult {
  const baseline = rate({ ...cell, strategy: 'conditional' })
  const unit = `${cell.operation}s/s`
  return {
    bench: describe(cell),
    ours: Math.round(cell.perSecond),
    baseline: Math.round(baseline),
    ratio: cell.perSecond / baseline,
    unit,
    goal: 'shown',
    met: null,
  }
}

function claimGoal(): BenchResult {
  const ours = rate({ operation: 'claim', strategy: 'batched', skus: 1, clients: 64 })
  const baseline = rate({ operation: 'claim', strategy: 'conditional', skus: 1, clients: 64 })
  return judged('batched claims on one SKU against single claims, 64 clients', ours, baseline, 'claims/s', 5)
}

function orderGoal(): BenchResult {
  const ours = rate({ operation: 'order', strategy: 'batched', skus: 1, clients: 64 })
  const baseline = rate({ operation: 'order', strategy: 'conditional', skus: 1_000, clients: 64 })
  return judged('batched orders on one SKU against conditional ones over 1,000, 64 clients', ours, baseline, 'orders/s', 0.8)
}

function judged(bench: string, ours: number, baseline: number, unit: string, goal: number): BenchResult {
  const ratio = ours / baseline
  return { bench, ours: Math.round(ours), baseline: Math.round(baseline), ratio, unit, goal: `ratio ≥ ${goal}`, met: ratio >= goal }
}
