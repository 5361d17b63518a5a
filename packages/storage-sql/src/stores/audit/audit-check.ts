import type { AuditCheckId } from '@cartwright/core/ports'
import type { RawBuilder } from 'kysely'
import type { SqlCodecs, SqlDialect, SqlTime } from '../../engine/sql-dialect.ts'

/** What every query of one audit compares with. */
export interface AuditMoment {
  readonly dialect: SqlDialect
  readonly codecs: SqlCodecs
  /** What was due at or before this has had its grace. */
  readonly overdue: SqlTime
  /** Events older than this should have been read by every consumer. */
  readonly unreadSince: SqlTime
  /** Refunds asked for before this should have ended. */
  readonly refundsSince: SqlTime
  /** Events from this time on have surely not been pruned. */
  readonly eventsKeptFrom: SqlTime
}

/** One invariant as a query that must return no rows. */
export interface AuditCheck {
  readonly id: AuditCheckId
  /** What must hold, in one sentence. */
  readonly invariant: string
  /** Selects the offenders: one row each, with ids and figures under the names that people will read. Each table is read once, in whole or by an index. */
  query(at: AuditMoment): RawBuilder<Readonly<Record<string, unknown>>>
}
