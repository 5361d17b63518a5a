import type { DueJob } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'

/** One look at the head of each index that the jobs claim by. */
const heads = preparedQuery<{ now: SqlTime }>()(
  (_db, param) => sql<{ readonly job: DueJob; readonly due_since: SqlTime | null }>`
    SELECT 'inbox' AS job, MIN(next_attempt_at) AS due_since FROM provider_events WHERE next_attempt_at <= ${param('now')}
    UNION ALL SELECT 'completer', MIN(next_check_at) FROM payments WHERE next_check_at <= ${param('now')}
    UNION ALL SELECT 'refunds', MIN(next_attempt_at) FROM refunds WHERE next_attempt_at <= ${param('now')} AND status = 'pending'
    UNION ALL SELECT 'expiry', MIN(expires_at) FROM orders WHERE expires_at <= ${param('now')} AND status = 'pending'
    UNION ALL SELECT 'expiry', MIN(expires_at) FROM reservations WHERE expires_at <= ${param('now')} AND status = 'held'
    UNION ALL SELECT 'sweep', MIN(expires_at) FROM carts WHERE expires_at <= ${param('now')} AND status = 'active'
    UNION ALL SELECT 'sweep', MIN(expires_at) FROM idempotency_keys WHERE expires_at <= ${param('now')} AND state = 'finished'
    UNION ALL SELECT 'sweep', MIN(expires_at) FROM customer_sessions WHERE expires_at <= ${param('now')}`,
)

/** Since when the oldest row of each job has been due. */
export async function oldestDue(session: SqlSession): Promise<ReadonlyMap<DueJob, Date>> {
  const { time } = session.codecs
  const oldest = new Map<DueJob, Date>()
  for (const { job, due_since } of await heads.all(session, { now: time.encode(session.now) })) {
    const since = due_since === null ? undefined : time.decode(due_since)
    const known = oldest.get(job)
    if (since !== undefined && (known === undefined || since < known)) oldest.set(job, since)
  }
  return oldest
}
