import { type AuditCheckResult, CommerceError } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count, counted } from '../terminal/words.ts'

interface AuditOptions extends ShopOptions {
  readonly providers?: boolean
  readonly repair?: boolean
  readonly dryRun?: boolean
}

/** Checks every invariant, and mends what can be mended if asked to. Fails when one does not hold, then. */
export async function audit(output: Output, options: AuditOptions): Promise<number> {
  if (options.repair === true) return (await import('./audit-repair.ts')).auditRepair(output, options)
  if (options.dryRun === true) {
    const message = '--dry-run goes with --repair: an audit alone changes nothing'
    throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'dryRun', message }] } })
  }
  const { violations, checks } = await withCommerce(options, { create: false }, (commerce) => commerce.audit({ providers: options.providers === true }))
  const brief = checks.map(({ id, violations: found, samples }) => ({ id, violations: found, ...(found === 0 ? {} : { samples }) }))
  output.result({ violations, checks: brief }, () => inWords(violations, checks, output))
  return violations === 0 ? 0 : 1
}

function inWords(violations: number, checks: readonly AuditCheckResult[], output: Output): string {
  const { paint, width } = output
  const columns = [{ title: 'check' }, { title: 'violations', align: 'right' }, { title: 'what must hold', flexible: true }] as const
  const rows = checks.map((check) => [
    check.id,
    check.violations === 0 ? paint('green', '0') : paint(['red', 'bold'], count(check.violations)),
    check.invariant,
  ])
  const lines = [table({ columns, rows, paint, width }), '']
  if (violations === 0) return [...lines, paint('green', `All ${checks.length} checks hold.`)].join('\n')
  for (const check of checks.filter((found) => found.violations > 0)) {
    lines.push(paint('bold', `${check.id}  ${check.invariant}`), ...check.samples.map((sample) => `  ${fields(sample)}`))
    if (check.violations > check.samples.length) lines.push(`  … and ${count(check.violations - check.samples.length)} more`)
  }
  return [...lines, '', paint('red', `${counted(violations, 'violation')}.`)].join('\n')
}

/** An offender in one line. */
export function fields(sample: Readonly<Record<string, unknown>>): string {
  return Object.entries(sample)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('  ')
}
