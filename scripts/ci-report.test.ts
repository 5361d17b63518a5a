import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countStep, type VitestReport } from './ci/count-results.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-report-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const passing: VitestReport = {
  numPassedTests: 3,
  numFailedTests: 0,
  numTotalTests: 3,
  testResults: [{ name: 'a', status: 'passed', assertionResults: [{ status: 'passed' }] }],
}

function report() {
  const { stdout, status } = spawnSync(process.execPath, [join(import.meta.dirname, 'ci-report.ts'), folder], { encoding: 'utf8' })
  return { lastLine: stdout.trimEnd().split('\n').at(-1), status }
}

test('adds the tests of vitest runs to one for every other step', () => {
  writeFileSync(join(folder, 'steps.tsv'), 'step\t0\tlint\nvitest\t0\ttests\n')
  writeFileSync(join(folder, 'tests.json'), JSON.stringify(passing))
  expect(report()).toEqual({ lastLine: '4 passed, 0 failed', status: 0 })
})

test('a failed step and a missing report are failures', () => {
  writeFileSync(join(folder, 'steps.tsv'), 'step\t2\tlint\nvitest\t0\ttests\n')
  expect(report()).toEqual({ lastLine: '0 passed, 2 failed', status: 1 })
})

test('a vitest run without a test is a failure', () => {
  expect(countStep({ name: 'tests', exitCode: 0, report: { numPassedTests: 0, numFailedTests: 0, numTotalTests: 0, testResults: [] } })).toEqual({
    passed: 0,
    failed: 1,
  })
})

test('a file that breaks before its tests is a failure beside the tests that failed', () => {
  const broken = { name: 'b', status: 'failed', assertionResults: [] }
  expect(countStep({ name: 'tests', exitCode: 1, report: { ...passing, testResults: [...passing.testResults, broken] } })).toEqual({ passed: 3, failed: 1 })
})

test('a vitest run that fails although no test did, as for an unhandled rejection, is a failure', () => {
  expect(countStep({ name: 'tests', exitCode: 1, report: passing })).toEqual({ passed: 3, failed: 1 })
})
