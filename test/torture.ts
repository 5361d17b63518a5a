/**
 * Runs named cases at full size and prints how each ended; exits 1 unless nothing was wrong.
 *
 * Usage: npm run torture -- --case A2|all [--db sqlite|postgres] [--strategy batched|all] [--seed 7] [--resume] [--state FILE] [--json]
 *
 * SQLite, unless told otherwise; the cases that stop, hold back or cut off servers are always on Postgres. It takes the server that `npm run services` started;
 * the cases that would harm it start their own, and so does C2.
 *
 * What has ended well is written to the state file; with `--resume` it is not run again under the same seed. Without `--seed`, a resumed run takes the seed of
 * the file.
 */
import { parseArgs } from 'node:util'
import type { StrategyName } from '@cartwright/core'
import { loadServices } from '../scripts/require-services.ts'
import { allCases, casesOn, engineOf } from './races/all-cases.ts'
import type { EngineName } from './races/arena.ts'
import { bundleRacer } from './races/bundle-racer.ts'
import type { CaseResult } from './races/race-case.ts'
import { TortureState } from './torture-state.ts'

const engines: readonly EngineName[] = ['sqlite', 'postgres']
const strategies: readonly StrategyName[] = ['conditional', 'optimistic', 'pessimistic', 'batched']
const { values } = parseArgs({
  options: {
    case: { type: 'string' },
    db: { type: 'string' },
    strategy: { type: 'string', default: 'conditional' },
    seed: { type: 'string' },
    resume: { type: 'boolean', default: false },
    state: { type: 'string', default: '.torture.json' },
    json: { type: 'boolean', default: false },
  },
})
const chosen = values.strategy === 'all' ? strategies : strategies.filter((strategy) => values.strategy.split(',').includes(strategy))
const asked = engines.find((name) => name === values.db)
const names = values.case === 'all' ? casesOn(asked ?? 'sqlite') : (values.case?.split(',') ?? [])
const state = await TortureState.open(values.state, values.resume)
const seed = values.seed === undefined ? (state.seed ?? Math.floor(Math.random() * 1_000_000)) : Number(values.seed)

const isKnown = names.length > 0 && names.every((name) => Object.hasOwn(allCases, name))
if (!isKnown || (values.db !== undefined && asked === undefined) || chosen.length === 0 || !Number.isSafeInteger(seed)) {
  console.error(
    `Usage: npm run torture -- --case all|${Object.keys(allCases).join('|')} [--db ${engines.join('|')}] [--strategy all|${strategies.join('|')}] [--seed N] [--resume] [--json]`,
  )
  process.exit(2)
}
const impossible = names.filter((name) => engineOf(name, asked) === undefined)
if (impossible.length > 0) {
  console.error(`${impossible.join(', ')}: not on ${asked}, for it is about servers. Leave --db out, or say --db postgres.`)
  process.exit(2)
}

if (names.some((name) => engineOf(name, asked) === 'postgres')) loadServices()

await bundleRacer('cartwright-racer-torture')

let failed = 0
for (const name of names) {
  for (const strategy of chosen) {
    const run = allCases[name]
    const engine = engineOf(name, asked)
    if (run === undefined || engine === undefined || state.has({ name, engine, strategy, seed })) continue
    if (!values.json) console.error(`${name} at full size on ${engine}, ${strategy}, seed ${seed} …`)
    const startedMs = performance.now()
    const result = await run({ seed, size: 'full', strategy, engine })
    tell(result, Math.round(performance.now() - startedMs))
    if (result.ok) await state.add({ name, engine, strategy, seed })
    else failed += 1
  }
}
process.exitCode = failed === 0 ? 0 : 1

function tell({ problems, report, ...result }: CaseResult, elapsedMs: number): void {
  if (values.json) {
    console.log(JSON.stringify({ ...result, report, problems, elapsedMs }))
    return
  }
  const { ok, case: name, strategy, oversold, undersold, orphanCents, audit } = result
  const figures = `${oversold} oversold, ${undersold} undersold, ${orphanCents} orphan cents, ${audit.violations} audit violations`
  console.log(`${name} ${strategy}: ${ok ? 'ok' : 'FAILED'} in ${(elapsedMs / 1000).toFixed(1)} s: ${figures}`)
  for (const [name, figure] of Object.entries(report ?? {})) console.log(`  ${name.padEnd(28)} ${figure.toLocaleString('en-US').padStart(12)}`)
  for (const problem of problems) console.log(`  ${problem}`)
}
