import type { IdempotencyClaim, IdempotencyKeyId, IdempotencyRecord, IdempotencyStore, StoredRefusal } from '@cartwright/core/ports'
import { type Kysely, type Selectable, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs, SqlJson, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

interface KeyValues extends Record<string, unknown> {
  scope: string
  operation: string
  key: string
}

const insertKey = bulkInsert(
  'idempotency_keys',
  ['scope', 'operation', 'key', 'fingerprint', 'state', 'fence', 'locked_until', 'expires_at'],
  'ON CONFLICT (scope, operation, key) DO NOTHING',
)

const selectKey = (db: Kysely<Tables>, id: KeyValues) =>
  db.selectFrom('idempotency_keys').selectAll().where('scope', '=', id.scope).where('operation', '=', id.operation).where('key', '=', id.key)

const findKey = preparedQuery<KeyValues>()((db, param) => selectKey(db, { scope: param('scope'), operation: param('operation'), key: param('key') }))

const lockKey = preparedQuery<KeyValues>()((db, param, dialect) =>
  selectKey(db, { scope: param('scope'), operation: param('operation'), key: param('key') }).modifyEnd(dialect.forUpdate),
)

/** The guard of every change of a key that exists: nobody has taken it over, or replaced it, since it was read. */
const updateKey = (db: Kysely<Tables>, id: KeyValues & { fence: number }) =>
  db.updateTable('idempotency_keys').where('scope', '=', id.scope).where('operation', '=', id.operation).where('key', '=', id.key).where('fence', '=', id.fence)

interface FencedValues extends KeyValues {
  fence: number
}

const takeOverKey = preparedQuery<FencedValues & { lockedUntil: SqlTime; expiresAt: SqlTime }>()((db, param) =>
  updateKey(db, { scope: param('scope'), operation: param('operation'), key: param('key'), fence: param('fence') }).set({
    fence: sql<number>`fence + 1`,
    locked_until: param('lockedUntil'),
    expires_at: param('expiresAt'),
  }),
)

const replaceKey = preparedQuery<FencedValues & { fingerprint: string; lockedUntil: SqlTime; expiresAt: SqlTime }>()((db, param) =>
  updateKey(db, { scope: param('scope'), operation: param('operation'), key: param('key'), fence: param('fence') }).set({
    fingerprint: param('fingerprint'),
    state: 'in_progress',
    step: null,
    fence: sql<number>`fence + 1`,
    locked_until: param('lockedUntil'),
    result: null,
    error: null,
    expires_at: param('expiresAt'),
  }),
)

const saveProgress = preparedQuery<FencedValues & { step: string; result: SqlJson }>()((db, param) =>
  updateKey(db, { scope: param('scope'), operation: param('operation'), key: param('key'), fence: param('fence') })
    .where('state', '=', 'in_progress')
    .set({ step: param('step'), result: param('result') }),
)

const finishKey = preparedQuery<FencedValues & { result: SqlJson | null; error: SqlJson | null }>()((db, param) =>
  updateKey(db, { scope: param('scope'), operation: param('operation'), key: param('key'), fence: param('fence') })
    .where('state', '=', 'in_progress')
    .set({ state: 'finished', result: param('result'), error: param('error') }),
)

const finishOverdue = preparedQuery<{ now: SqlTime; limit: number }>()(
  (db, param) =>
    sql`UPDATE idempotency_keys SET state = 'finished' WHERE (scope, operation, key) IN (${db
      .selectFrom('idempotency_keys')
      .select(['scope', 'operation', 'key'])
      .where('state', '=', 'in_progress')
      .where('locked_until', '<=', param('now'))
      .where('result', 'is not', null)
      .orderBy('locked_until')
      .limit(param('limit'))})`,
)

const pruneExpired = preparedQuery<{ now: SqlTime; limit: number }>()(
  (db, param) =>
    sql`DELETE FROM idempotency_keys WHERE (scope, operation, key) IN (${db
      .selectFrom('idempotency_keys')
      .select(['scope', 'operation', 'key'])
      .where('expires_at', '<=', param('now'))
      .where((eb) => eb.or([eb('state', '=', 'finished'), eb('result', 'is', null)]))
      .orderBy('expires_at')
      .limit(param('limit'))})`,
)

/** Idempotency keys in SQL. */
export function sqlIdempotencyStore(session: SqlSession): IdempotencyStore {
  const { codecs } = session
  return {
    find: async (id) => {
      const row = await findKey.first(session, keyOf(id))
      return row === undefined ? undefined : fromRow(codecs, row)
    },
    claim: (params) => claim(session, params),
    progress: async ({ fence, step, result, ...id }) =>
      saved(await saveProgress.run(session, { ...keyOf(id), fence, step, result: codecs.json.encode(result ?? null) })),
    finish: async (params) => {
      const answer =
        'error' in params ? { result: null, error: codecs.json.encode(params.error) } : { result: codecs.json.encode(params.result ?? null), error: null }
      return saved(await finishKey.run(session, { ...keyOf(params), fence: params.fence, ...answer }))
    },
    finishAbandoned: async ({ limit }) => await finishOverdue.run(session, { now: codecs.time.encode(session.now), limit }),
    prune: async ({ limit }) => await pruneExpired.run(session, { now: codecs.time.encode(session.now), limit }),
  }
}

async function claim(session: SqlSession, params: Parameters<IdempotencyStore['claim']>[0]): Promise<IdempotencyClaim> {
  const { codecs, now } = session
  const id = keyOf(params)
  const { fingerprint } = params
  const times = { lockedUntil: codecs.time.encode(params.lockedUntil), expiresAt: codecs.time.encode(params.expiresAt) }
  const row = { ...id, fingerprint, state: 'in_progress', fence: 1, locked_until: times.lockedUntil, expires_at: times.expiresAt }
  if ((await insertKey(session, [row])) === 1) return { outcome: 'claimed', fence: 1, takenOver: null }
  const found = await lockKey.first(session, id)
  if (found === undefined) return { outcome: 'in_flight', lockedUntil: now }
  const record = fromRow(codecs, found)
  const next = { ...id, fence: record.fence, ...times }
  if (isForgotten(record, now)) {
    return won(await replaceKey.run(session, { ...next, fingerprint }), record, null)
  }
  if (record.fingerprint !== fingerprint) return { outcome: 'reused' }
  if (record.state === 'finished') return { outcome: 'finished', record }
  if (record.lockedUntil > now) return { outcome: 'in_flight', lockedUntil: record.lockedUntil }
  return won(await takeOverKey.run(session, next), record, record)
}

/** A key that a sweep may delete counts as deleted, whether or not one has run. */
function isForgotten(record: IdempotencyRecord, now: Date): boolean {
  return record.expiresAt <= now && record.lockedUntil <= now && (record.state === 'finished' || record.result === null)
}

function won(changed: number, record: IdempotencyRecord, takenOver: IdempotencyRecord | null): IdempotencyClaim {
  return changed === 1 ? { outcome: 'claimed', fence: record.fence + 1, takenOver } : { outcome: 'in_flight', lockedUntil: record.lockedUntil }
}

function saved(changed: number): 'saved' | 'lost' {
  return changed === 1 ? 'saved' : 'lost'
}

function keyOf({ scope, operation, key }: IdempotencyKeyId): { scope: string; operation: string; key: string } {
  return { scope, operation, key }
}

function fromRow(codecs: SqlCodecs, row: Selectable<Tables['idempotency_keys']>): IdempotencyRecord {
  return {
    scope: row.scope,
    operation: row.operation,
    key: row.key,
    fingerprint: row.fingerprint,
    state: row.state as IdempotencyRecord['state'],
    step: row.step,
    fence: row.fence,
    lockedUntil: codecs.time.decode(row.locked_until),
    result: row.result === null ? null : codecs.json.decode(row.result),
    error: row.error === null ? null : codecs.json.decode<StoredRefusal>(row.error),
    expiresAt: codecs.time.decode(row.expires_at),
  }
}
