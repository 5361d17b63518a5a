/**
 * Sums up a CI run. Prints a line per step and, last, exactly `N passed, N failed`; exits 1 when anything failed.
 *
 * Usage: node scripts/ci-report.ts FOLDER. The folder holds `steps.tsv` (kind, exit code, name: one step a line) and, for each step of kind `vitest`,
 * vitest's JSON report as `<name>.json`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { countAll, countStep, type StepResult, type VitestReport } from './ci/count-results.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: node scripts/ci-report.ts FOLDER')

function readReport(path: string): VitestReport | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VitestReport
  } catch {
    return null
  }
}

const steps = readFileSync(join(folder, 'steps.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): StepResult => {
    const [kind, exitCode, name = ''] = line.split('\t')
    const step = { name, exitCode: Number(exitCode) }
    return kind === 'vitest' ? { ...step, report: readReport(join(folder, `${name}.json`)) } : step
  })

for (const step of steps) {
  const { passed, failed } = countStep(step)
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${step.name}: ${passed} passed, ${failed} failed`)
}
const { passed, failed } = countAll(steps)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
