import type { RepairedOffender, RepairReport } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count, counted } from '../terminal/words.ts'
import { fields } from './audit.ts'

interface AuditRepairOptions extends ShopOptions {
  readonly providers?: boolean
  readonly dryRun?: boolean
}

/** Mends what the audit finds and has one safe mend, or says what it would do. Fails when something is left, or would be there to mend. */
export async function auditRepair(output: Output, options: AuditRepairOptions): Promise<number> {
  const request = { dryRun: options.dryRun === true, providers: options.providers === true }
  const report = await withCommerce(options, { create: false }, (commerce) => commerce.audit.repair(request))
  output.result(report, () => inWords(report, output))
  return (report.after ?? report.before) === 0 ? 0 : 1
}

function inWords({ before, after, repaired, left }: RepairReport, output: Output): string {
  const { paint, width } = output
  const columns = [{ title: 'check' }, { title: 'then' }, { title: 'what', flexible: true }] as const
  const rows = repaired.map(({ check, outcome, what, offender }) => [check, outcomeWords(outcome), `${what}: ${fields(offender)}`])
  const lines = rows.length === 0 ? ['Nothing has one safe mend.', ''] : [table({ columns, rows, paint, width }), '']
  for (const { check, violations, samples, advice } of left) {
    lines.push(`${paint('bold', check)}  ${counted(violations, 'violation')} for people. ${advice}`, ...samples.map((sample) => `  ${fields(sample)}`))
  }
  if (left.length > 0) lines.push('')
  const end = after === null ? `${counted(before, 'violation')}; nothing was changed.` : `${counted(before, 'violation')} before, ${count(after)} after.`
  return [...lines, paint((after ?? before) === 0 ? 'green' : 'red', end)].join('\n')
}

function outcomeWords(outcome: RepairedOffender['outcome']): string {
  return { mended: 'mended', would_mend: 'would be mended', unchanged: 'changed meanwhile', failed: 'failed; try again' }[outcome]
}
