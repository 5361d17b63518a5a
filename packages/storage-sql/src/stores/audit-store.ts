import type { AuditCheckResult, AuditParams, AuditReader } from '@cartwright/core/ports'
import { sql } from 'kysely'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import type { AuditCheck, AuditMoment } from './audit/audit-check.ts'
import { catalogChecks } from './audit/catalog-checks.ts'
import { creditChecks } from './audit/credit-checks.ts'
import { inventoryChecks } from './audit/inventory-checks.ts'
import { orderChecks } from './audit/order-checks.ts'
import { paymentChecks } from './audit/payment-checks.ts'
import { plumbingChecks } from './audit/plumbing-checks.ts'
import { promotionChecks } from './audit/promotion-checks.ts'
import { replayChecks } from './audit/replay-checks.ts'
import { reviewChecks } from './audit/review-checks.ts'
import { shapeChecks } from './audit/shape-checks.ts'

/** How long a consumer may leave an event unread: many times what a lease or a restart takes. */
const consumerLagMs = 3_600_000
/** Banks take up to ten days to return money. */
const refundPatienceMs = 10 * 24 * 3_600_000

/** Every invariant that SQL can see, by number. */
export const auditChecks: readonly AuditCheck[] = [
  ...inventoryChecks,
  ...orderChecks,
  ...paymentChecks,
  ...replayChecks,
  ...plumbingChecks,
  ...reviewChecks,
  ...promotionChecks,
  ...creditChecks,
  ...catalogChecks,
  ...shapeChecks,
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))

/** Runs one query per check; all of them in the session's snapshot. */
export function sqlAuditReader(session: SqlSession): AuditReader {
  return {
    run: async (params) => {
      const at = await auditMoment(session, params.graceMs)
      const results: AuditCheckResult[] = []
      for (const check of auditChecks) results.push(await runCheck(session, check, at, params))
      return results
    },
  }
}

async function runCheck(session: SqlSession, check: AuditCheck, at: AuditMoment, params: AuditParams): Promise<AuditCheckResult> {
  const limit = Math.max(1, params.sampleLimit)
  const { rows } = await sql<Readonly<Record<string, unknown>> & { readonly offendersInAll: number | string }>`
    SELECT offenders.*, count(*) OVER () AS "offendersInAll" FROM (${check.query(at)}) AS offenders LIMIT ${limit}`.execute(session.db)
  const samples = rows.slice(0, params.sampleLimit).map(({ offendersInAll: _, ...sample }) => sample)
  return { id: check.id, invariant: check.invariant, violations: Number(rows[0]?.offendersInAll ?? 0), samples }
}

async function auditMoment(session: SqlSession, graceMs: number): Promise<AuditMoment> {
  const { dialect, codecs } = session
  const ago = (ms: number): SqlTime => codecs.time.encode(new Date(session.now.getTime() - ms))
  return {
    dialect,
    codecs,
    overdue: ago(graceMs),
    unreadSince: ago(consumerLagMs),
    refundsSince: ago(refundPatienceMs),
    eventsKeptFrom: await eventsKeptFrom(session, graceMs),
  }
}

/**
 * The time from which every event is still in the outbox: the beginning, until some are pruned. Then it is a little after the oldest one kept, for events do
 * not stand in the outbox in the exact order of their times.
 */
async function eventsKeptFrom(session: SqlSession, graceMs: number): Promise<SqlTime> {
  const { codecs, db, dialect, now } = session
  const pruned = await db.selectFrom('outbox_tail').select('position').executeTakeFirst()
  if (pruned === undefined) return codecs.time.encode(new Date(0))
  const oldest = await db.selectFrom('outbox').select('created_at').orderBy(dialect.outboxOrder('asc')).limit(1).executeTakeFirst()
  const from = oldest === undefined ? now : codecs.time.decode(oldest.created_at)
  return codecs.time.encode(new Date(from.getTime() + graceMs))
}
