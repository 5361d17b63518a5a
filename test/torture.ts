/**
 * Runs one named case at full size and prints how it ended; exits 1 unless nothing was wrong.
 *
 * Usage: npm run torture -- --case A2 [--seed 7] [--json]
 */
import { parseArgs } from 'node:util'
import { allCases } from './races/all-cases.ts'

const { values } = parseArgs({ options: { case: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean', default: false } } })
const run = values.case === undefined ? undefined : allCases[values.case]
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed)

if (run === undefined || !Number.isSafeInteger(seed)) {
  console.error(`Usage: npm run torture -- --case ${Object.keys(allCases).join('|')} [--seed N] [--json]`)
  process.exit(2)
}
if (!values.json) console.error(`${values.case} at full size, seed ${seed} …`)
const startedMs = performance.now()
const { problems, ...result } = await run({ seed, size: 'full' })
const elapsedMs = Math.round(performance.now() - startedMs)
if (values.json) {
  console.log(JSON.stringify({ ...result, problems, elapsedMs }))
} else {
  const { ok, oversold, undersold, orphanCents, audit } = result
  console.log(
    `${ok ? 'ok' : 'FAILED'} in ${(elapsedMs / 1000).toFixed(1)} s: ${oversold} oversold, ${undersold} undersold, ${orphanCents} orphan cents, ${audit.violations} audit violations`,
  )
  for (const problem of problems) console.log(`  ${problem}`)
}
process.exitCode = result.ok ? 0 : 1
