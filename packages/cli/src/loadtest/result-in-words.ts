import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count, counted } from '../terminal/words.ts'
import type { LoadResult } from './load-result.ts'
import type { OperationResult } from './load-totals.ts'
import type { LoadOutcome } from './run-load-test.ts'

/** What a load test came to, for people. */
export function resultInWords({ result, aftermath }: LoadOutcome, { paint, width }: Pick<Output, 'paint' | 'width'>): string {
  const columns = [
    { title: 'operation' },
    ...['count', 'per s', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'errors'].map((title) => ({ title, align: 'right' as const })),
  ]
  const rows = Object.entries(result.operations).map(([name, { perSecond, p50, p95, p99, max, errors, ...operation }]) => [
    name,
    count(operation.count),
    ...[perSecond, p50, p95, p99, max].map((value) => value.toLocaleString('en-US', { maximumFractionDigits: value >= 100 ? 0 : 1 })),
    errors === 0 ? '0' : paint('red', count(errors)),
  ])
  const lines = [
    `${paint('bold', result.scenario)} for ${result.seconds.toFixed(1)} s${result.interrupted ? ', ended early' : ''}`,
    ...(rows.length === 0 ? [paint('red', 'Nothing was measured.')] : [table({ columns, rows, paint, width })]),
    '',
    ...Object.entries(result.operations).flatMap(([name, operation]) => codesInWords(name, operation)),
    ...stockInWords(result),
    ...result.objectives.map(({ objective, actual, met }) => {
      const words = `objective ${objective} ${met ? 'met' : 'missed'}: ${actual === null ? 'nothing was measured' : actual}`
      return met ? words : paint('red', words)
    }),
    result.audit.violations === 0 ? 'audit: every invariant holds' : paint('red', `audit: ${counted(result.audit.violations, 'violation')}`),
    ...aftermath.broken.map(({ id, invariant, violations }) => `  ${id} ×${count(violations)}  ${invariant}`),
    result.ok ? paint('green', 'ok') : paint(['red', 'bold'], 'failed'),
  ]
  return lines.join('\n')
}

function codesInWords(name: string, { refusals, errorCodes, errorExamples, retries }: OperationResult): readonly string[] {
  return [
    ...Object.entries(refusals).map(([code, times]) => `${name}: refused ${count(times)} × ${code}, as expected`),
    ...Object.entries(errorCodes).map(([code, times]) => `${name}: failed ${count(times)} × ${code} (${errorExamples[code] ?? ''})`),
    ...(retries === 0 ? [] : [`${name}: repeated ${count(retries)} × what was retryable`]),
  ]
}

function stockInWords({ stock }: LoadResult): readonly string[] {
  const { supply, demand, sold, oversold, undersold } = stock
  if (supply + demand === 0) return []
  return [`stock: sold ${count(sold)} of ${count(supply)}, wanted ${count(demand)}, oversold ${count(oversold)}, undersold ${count(undersold)}`]
}
