import type { WorkFailure, WorkFailureStore } from '@cartwright/core/ports'
import { type Selectable, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { oldestDue } from './oldest-due.ts'

const put = bulkInsert(
  'work_failures',
  ['job', 'row_id', 'attempts', 'code', 'subject', 'first_failed_at', 'last_failed_at', 'next_attempt_at'],
  `ON CONFLICT (job, row_id) DO UPDATE SET attempts = excluded.attempts, code = excluded.code, subject = excluded.subject,
   last_failed_at = excluded.last_failed_at, next_attempt_at = excluded.next_attempt_at`,
)

const ofRows = preparedQuery<{ job: string; rowIds: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('work_failures')
    .selectAll()
    .where('job', '=', param('job'))
    .where(dialect.inList(sql.ref('row_id'), sql`${param('rowIds')}`)),
)

const deleteRows = preparedQuery<{ job: string; rowIds: unknown }>()((db, param, dialect) =>
  db
    .deleteFrom('work_failures')
    .where('job', '=', param('job'))
    .where(dialect.inList(sql.ref('row_id'), sql`${param('rowIds')}`)),
)

const retryAll = preparedQuery<{ job: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('work_failures')
    .set({ next_attempt_at: param('now'), attempts: 0 })
    .where('job', '=', param('job'))
    .where('next_attempt_at', 'is', null),
)

const retryRows = preparedQuery<{ job: string; rowIds: unknown; now: SqlTime }>()((db, param, dialect) =>
  db
    .updateTable('work_failures')
    .set({ next_attempt_at: param('now'), attempts: 0 })
    .where('job', '=', param('job'))
    .where('next_attempt_at', 'is', null)
    .where(dialect.inList(sql.ref('row_id'), sql`${param('rowIds')}`)),
)

const deleteOld = preparedQuery<{ before: SqlTime; limit: number }>()(
  (_db, param) => sql`DELETE FROM work_failures WHERE (job, row_id) IN (
    SELECT job, row_id FROM work_failures WHERE last_failed_at < ${param('before')} AND next_attempt_at IS NOT NULL LIMIT ${param('limit')})`,
)

/** What the worker could not do, in SQL. */
export function sqlWorkFailureStore(session: SqlSession): WorkFailureStore {
  const { codecs, dialect } = session
  return {
    of: async ({ job, rowIds }) => {
      if (rowIds.length === 0) return []
      const rows = await ofRows.all(session, { job, rowIds: dialect.encodeList(rowIds) })
      return rows.map((row) => fromRow(codecs, row))
    },
    list: async (params) => (await list(session, params)).map((row) => fromRow(codecs, row)),
    oldestDue: () => oldestDue(session),
    record: async (failures) => {
      await put(
        session,
        failures.map((failure) => toRow(codecs, failure)),
      )
    },
    forget: async ({ job, rowIds }) => (rowIds.length === 0 ? 0 : deleteRows.run(session, { job, rowIds: dialect.encodeList(rowIds) })),
    retry: ({ job, rowIds }) => {
      const now = codecs.time.encode(session.now)
      return rowIds === undefined ? retryAll.run(session, { job, now }) : retryRows.run(session, { job, now, rowIds: dialect.encodeList(rowIds) })
    },
    prune: ({ before, limit }) => deleteOld.run(session, { before: codecs.time.encode(before), limit }),
  }
}

/** Not hot: built anew for what it is asked. */
async function list(
  session: SqlSession,
  { job, parked, limit, after }: Parameters<WorkFailureStore['list']>[0],
): Promise<Selectable<Tables['work_failures']>[]> {
  let query = session.db.selectFrom('work_failures').selectAll().orderBy('first_failed_at').orderBy('job').orderBy('row_id').limit(limit)
  if (job !== undefined) query = query.where('job', '=', job)
  if (parked) query = query.where('next_attempt_at', 'is', null)
  if (after !== undefined) {
    const place = sql`(${session.codecs.time.encode(after.firstFailedAt)}, ${after.job}, ${after.rowId})`
    query = query.where(sql<boolean>`(first_failed_at, job, row_id) > ${place}`)
  }
  return query.execute()
}

function toRow(codecs: SqlCodecs, failure: WorkFailure) {
  return {
    job: failure.job,
    row_id: failure.rowId,
    attempts: failure.attempts,
    code: failure.code,
    subject: failure.subject === null ? null : codecs.json.encode(failure.subject),
    first_failed_at: codecs.time.encode(failure.firstFailedAt),
    last_failed_at: codecs.time.encode(failure.lastFailedAt),
    next_attempt_at: failure.nextAttemptAt === null ? null : codecs.time.encode(failure.nextAttemptAt),
  }
}

function fromRow(codecs: SqlCodecs, row: Selectable<Tables['work_failures']>): WorkFailure {
  return {
    job: row.job,
    rowId: row.row_id,
    attempts: row.attempts,
    code: row.code as WorkFailure['code'],
    subject: row.subject === null ? null : codecs.json.decode(row.subject),
    firstFailedAt: codecs.time.decode(row.first_failed_at),
    lastFailedAt: codecs.time.decode(row.last_failed_at),
    nextAttemptAt: row.next_attempt_at === null ? null : codecs.time.decode(row.next_attempt_at),
  }
}
