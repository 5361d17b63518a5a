import * as z from 'zod'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import type { AuditCheckResult } from './audit-store.ts'
import { compareWithProviders } from './provider-comparison.ts'

const auditInput = z.strictObject({
  providers: z.boolean().default(false),
  graceMs: z.int().min(0).optional(),
  sampleLimit: z.int().min(0).max(1_000).default(10),
})

export type AuditInput = z.input<typeof auditInput>

export interface AuditReport {
  /** Sum over all checks; 0 means that the shop is sound. */
  readonly violations: number
  readonly checks: readonly AuditCheckResult[]
}

/**
 * Checks every invariant against one consistent snapshot of the database.
 *
 * @param params - `providers` also pages through the payment providers and compares their money with ours (I22), outside the snapshot. `graceMs` is how long
 * something may be overdue before it counts; default `timing.auditGraceMs`.
 * @throws PROVIDER_UNAVAILABLE
 */
export async function audit(context: Context, params: AuditInput = {}): Promise<AuditReport> {
  const { providers, graceMs = context.timing.auditGraceMs, sampleLimit } = parseInput(auditInput, params)
  const checks = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.audit.run({ graceMs, sampleLimit }), { fresh: true })
  const all = providers ? [...checks, await compareWithProviders(context, { graceMs, sampleLimit })] : checks
  return { violations: all.reduce((sum, check) => sum + check.violations, 0), checks: all }
}
