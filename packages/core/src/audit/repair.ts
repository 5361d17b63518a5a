import * as z from 'zod'
import type { Context } from '../context.ts'
import { codeOf } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { reconcile } from '../payments/reconcile-payments.ts'
import { audit } from './audit-service.ts'
import type { AuditCheckId, AuditCheckResult } from './audit-store.ts'
import { type Mend, mends, type Offender } from './mends.ts'
import { adviceFor } from './repair-advice.ts'

const repairInput = z.strictObject({
  dryRun: z.boolean().default(false),
  providers: z.boolean().default(false),
  graceMs: z.int().min(0).optional(),
})

export type RepairInput = z.input<typeof repairInput>

/** One offender that has a safe mend. */
export interface RepairedOffender {
  readonly check: AuditCheckId
  /** What the mend does. */
  readonly what: string
  /** `unchanged`: when it was looked at again, there was nothing to do, or not this. `failed`: it can be tried again. */
  readonly outcome: 'mended' | 'would_mend' | 'unchanged' | 'failed'
  readonly offender: Offender
}

/** Offenders that nobody but people can mend. */
export interface LeftOffenders {
  readonly check: AuditCheckId
  readonly violations: number
  readonly samples: readonly Offender[]
  /** What to do about them. */
  readonly advice: string
}

export interface RepairReport {
  /** Violations before, and after; null after a dry run, which changes nothing. */
  readonly before: number
  readonly after: number | null
  readonly repaired: readonly RepairedOffender[]
  readonly left: readonly LeftOffenders[]
}

/** Offenders of one check that are mended in one run; for more, run it again. */
const offendersAtOnce = 1_000
/** One mend may show or allow the next: a hold that ends, then the level that it was counted in. */
const maxPasses = 3

/**
 * Mends what the audit finds, where there is one safe way to: each offender in a transaction of its own, which looks again first, so that a shop that goes on selling is
 * not disturbed and a second run finds nothing to do. Says what is left, and what people must do about it.
 *
 * @param params - `dryRun` tells what would be done. `providers` also compares with the payment providers (I22); what differs there is put into the inbox, for the worker.
 * `graceMs` as of the audit.
 * @throws PROVIDER_UNAVAILABLE
 */
export async function repair(context: Context, params: RepairInput = {}): Promise<RepairReport> {
  const { dryRun, providers, graceMs = context.timing.auditGraceMs } = parseInput(repairInput, params)
  const look = () => audit(context, { providers, graceMs, sampleLimit: offendersAtOnce })
  const first = await look()
  if (dryRun) {
    const repaired = first.checks.flatMap((check) => mendable(check, first.checks).map(({ mend, offender }) => entry(mend, 'would_mend', offender)))
    return { before: first.violations, after: null, repaired, left: left(first.checks, true) }
  }
  const repaired: RepairedOffender[] = []
  let found = first
  for (let pass = 0; pass < maxPasses && found.violations > 0; pass += 1) {
    const done = await mendAll(context, found.checks)
    repaired.push(...done)
    found = await look()
    if (!done.some(({ outcome }) => outcome === 'mended')) break
  }
  if (providers && found.checks.some(({ id, violations }) => id === 'I22' && violations > 0)) {
    await reconcile(context, { provider: undefined, from: new Date(0), dryRun: false, graceMs })
  }
  return { before: first.violations, after: found.violations, repaired, left: left(found.checks, false) }
}

function entry({ check, what }: Mend, outcome: RepairedOffender['outcome'], offender: Offender): RepairedOffender {
  return { check, what, outcome, offender }
}

async function mendAll(context: Context, checks: readonly AuditCheckResult[]): Promise<readonly RepairedOffender[]> {
  const found = checks.flatMap((check) => mendable(check, checks))
  const done: RepairedOffender[] = []
  for (const { mend, offender } of found.sort((a, b) => mends.indexOf(a.mend) - mends.indexOf(b.mend))) {
    done.push(entry(mend, await mendOne(context, mend, offender), offender))
  }
  return done
}

async function mendOne(context: Context, mend: Mend, offender: Offender): Promise<'mended' | 'unchanged' | 'failed'> {
  try {
    const changed = await mend.apply(context, offender)
    if (changed) context.logger.warn({ check: mend.check, offender }, `repaired: ${mend.what}`)
    return changed ? 'mended' : 'unchanged'
  } catch (error) {
    context.logger.error({ check: mend.check, offender, code: codeOf(error), error }, 'an offender could not be repaired')
    return 'failed'
  }
}

function mendable({ id, samples }: AuditCheckResult, checks: readonly AuditCheckResult[]): readonly { readonly mend: Mend; readonly offender: Offender }[] {
  if (id === 'I2' && !reservationsAreRight(checks)) return []
  return samples.flatMap((offender) => {
    const mend = mends.find(({ check, fits }) => check === id && fits(offender))
    return mend === undefined ? [] : [{ mend, offender }]
  })
}

/** A counter is only as good as what it is counted from. */
function reservationsAreRight(checks: readonly AuditCheckResult[]): boolean {
  return !checks.some(
    ({ id, violations, samples }) => (id === 'I5' && violations > 0) || (id === 'I14' && samples.some(({ problem }) => problem === 'ended, yet holding units')),
  )
}

/** @param mendedLater - true where nothing was mended: what could be is not left to people. */
function left(checks: readonly AuditCheckResult[], mendedLater: boolean): readonly LeftOffenders[] {
  return checks.flatMap((check) => {
    const { id, violations, samples } = check
    const mended = mendedLater ? new Set(mendable(check, checks).map(({ offender }) => offender)) : new Set<Offender>()
    const rest = violations - mended.size
    if (rest <= 0) return []
    return [{ check: id, violations: rest, samples: samples.filter((offender) => !mended.has(offender)).slice(0, 10), advice: adviceFor[id] }]
  })
}
