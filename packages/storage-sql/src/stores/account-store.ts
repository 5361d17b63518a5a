import type { AccountStore, Credentials, CustomerId, Session, SessionId, TokenPurpose } from '@cartwright/core/ports'
import { type Selectable, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

const passwordOf = preparedQuery<{ customerId: string }>()((db, param) =>
  db.selectFrom('customer_credentials').selectAll().where('customer_id', '=', param('customerId')),
)

const passwordByEmail = preparedQuery<{ emailKey: string }>()((db, param) =>
  db
    .selectFrom('customers')
    .innerJoin('customer_credentials', 'customer_credentials.customer_id', 'customers.id')
    .selectAll('customer_credentials')
    .where('customers.email_key', '=', param('emailKey')),
)

const putPassword = bulkInsert(
  'customer_credentials',
  ['customer_id', 'password_hash', 'updated_at'],
  'ON CONFLICT (customer_id) DO UPDATE SET password_hash = excluded.password_hash, updated_at = excluded.updated_at',
)

const insertToken = bulkInsert('customer_tokens', ['token_hash', 'customer_id', 'purpose', 'expires_at', 'created_at'])

const liveToken = preparedQuery<{ tokenHash: string; purpose: string; now: SqlTime }>()((db, param) =>
  db
    .selectFrom('customer_tokens')
    .select('customer_id')
    .where('token_hash', '=', param('tokenHash'))
    .where('purpose', '=', param('purpose'))
    .where('expires_at', '>', param('now')),
)

const useToken = preparedQuery<{ tokenHash: string; purpose: string; customerId: string; now: SqlTime }>()((db, param) =>
  db
    .deleteFrom('customer_tokens')
    .where('token_hash', '=', param('tokenHash'))
    .where('purpose', '=', param('purpose'))
    .where('customer_id', '=', param('customerId'))
    .where('expires_at', '>', param('now')),
)

const deleteTokens = preparedQuery<{ customerId: string }>()((db, param) => db.deleteFrom('customer_tokens').where('customer_id', '=', param('customerId')))

const insertSession = bulkInsert('customer_sessions', ['id', 'token_hash', 'customer_id', 'created_at', 'seen_at', 'expires_at', 'ends_at'])

const liveSession = preparedQuery<{ tokenHash: string; now: SqlTime }>()((db, param) =>
  db.selectFrom('customer_sessions').selectAll().where('token_hash', '=', param('tokenHash')).where('expires_at', '>', param('now')),
)

const liveSessions = preparedQuery<{ customerId: string; now: SqlTime }>()((db, param) =>
  db
    .selectFrom('customer_sessions')
    .selectAll()
    .where('customer_id', '=', param('customerId'))
    .where('expires_at', '>', param('now'))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc'),
)

const touchSession = preparedQuery<{ tokenHash: string; seenAt: SqlTime; expiresAt: SqlTime }>()((db, param) =>
  db
    .updateTable('customer_sessions')
    .set({ seen_at: param('seenAt'), expires_at: param('expiresAt') })
    .where('token_hash', '=', param('tokenHash')),
)

const rotateSession = preparedQuery<{ tokenHash: string; newTokenHash: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('customer_sessions')
    .set({ token_hash: param('newTokenHash') })
    .where('token_hash', '=', param('tokenHash'))
    .where('expires_at', '>', param('now')),
)

const deleteSession = preparedQuery<{ tokenHash: string }>()((db, param) => db.deleteFrom('customer_sessions').where('token_hash', '=', param('tokenHash')))

const deleteSessions = preparedQuery<{ customerId: string }>()((db, param) => db.deleteFrom('customer_sessions').where('customer_id', '=', param('customerId')))

const deleteOneSession = preparedQuery<{ customerId: string; sessionId: string }>()((db, param) =>
  db.deleteFrom('customer_sessions').where('customer_id', '=', param('customerId')).where('id', '=', param('sessionId')),
)

/**
 * Rows that another transaction is about to delete are left to it. They are looked for by themselves: a planner may ask what stands inside of `IN` once for each row,
 * and what locks would then find other rows each time, and the limit would not hold.
 *
 * @param purpose - of tokens.
 */
const deleteExpired = (table: 'customer_sessions' | 'customer_tokens', purpose?: TokenPurpose) =>
  preparedQuery<{ now: SqlTime; limit: number }>()(
    (db, param, dialect) =>
      sql`WITH expired AS ${db
        .selectFrom(table)
        .select('token_hash')
        .where('expires_at', '<=', param('now'))
        .$if(purpose !== undefined, (expired) => expired.where(sql.ref('purpose'), '=', sql.lit(purpose)))
        .orderBy('expires_at')
        .limit(param('limit'))
        .modifyEnd(dialect.forUpdateOfFree)} DELETE FROM ${sql.table(table)} WHERE token_hash IN (SELECT token_hash FROM expired)`,
  )

const pruneSessions = deleteExpired('customer_sessions')
const pruneResets = deleteExpired('customer_tokens', 'reset_password')
const pruneConfirmations = deleteExpired('customer_tokens', 'verify_email')

/** All that somebody who is more than registered has; a customer's rows are found by an index in each. */
const belongings = ['customer_sessions', 'customer_addresses', 'carts', 'orders', 'reviews', 'wish_lists', 'credit_accounts'] as const

function unconfirmedCustomers(session: SqlSession, before: SqlTime, limit: number, customerId: CustomerId | undefined) {
  const nothing = belongings.map((table) => sql`NOT EXISTS (SELECT 1 FROM ${sql.table(table)} AS b WHERE b.customer_id = c.id)`)
  const only = customerId === undefined ? sql`` : sql`AND c.id = ${customerId}`
  return sql<{ readonly id: string }>`
    SELECT c.id FROM customer_tokens AS t JOIN customers AS c ON c.id = t.customer_id
    WHERE t.purpose = 'verify_email' AND t.expires_at <= ${before} ${only} AND c.email_verified_at IS NULL AND c.version = 1
      AND NOT EXISTS (SELECT 1 FROM customer_tokens AS o WHERE o.customer_id = c.id AND o.expires_at > ${before})
      AND ${sql.join(nothing, sql` AND `)}
    ORDER BY t.expires_at, c.id LIMIT ${limit}`.execute(session.db)
}

/** Passwords, tokens and sessions over SQL. */
export function sqlAccountStore(session: SqlSession): AccountStore {
  const { codecs } = session
  const { time } = codecs
  const now = () => time.encode(session.now)
  return {
    credentialsByEmail: async ({ emailKey }) => toCredentials(await passwordByEmail.first(session, { emailKey })),
    credentials: async ({ customerId }) => toCredentials(await passwordOf.first(session, { customerId })),
    tokenOwner: async ({ tokenHash, purpose }) => (await liveToken.first(session, { tokenHash, purpose, now: now() }))?.customer_id as CustomerId | undefined,
    session: async ({ tokenHash }) => {
      const row = await liveSession.first(session, { tokenHash, now: now() })
      return row && sessionFromRow(codecs, row)
    },
    sessions: async ({ customerId }) => (await liveSessions.all(session, { customerId, now: now() })).map((row) => sessionFromRow(codecs, row)),

    putPassword: async ({ customerId, passwordHash }) => {
      await putPassword(session, [{ customer_id: customerId, password_hash: passwordHash, updated_at: now() }])
    },
    putToken: async ({ tokenHash, customerId, purpose, expiresAt, createdAt }) => {
      const row = { token_hash: tokenHash, customer_id: customerId, purpose, expires_at: time.encode(expiresAt), created_at: time.encode(createdAt) }
      await insertToken(session, [row])
    },
    useToken: async (params) => (await useToken.run(session, { ...params, now: now() })) === 1,
    dropTokens: async ({ customerId }) => {
      await deleteTokens.run(session, { customerId })
    },
    openSession: async ({ session: opened, tokenHash }) => {
      await insertSession(session, [
        {
          id: opened.id,
          token_hash: tokenHash,
          customer_id: opened.customerId,
          created_at: time.encode(opened.createdAt),
          seen_at: time.encode(opened.seenAt),
          expires_at: time.encode(opened.expiresAt),
          ends_at: time.encode(opened.endsAt),
        },
      ])
    },
    touchSession: async ({ session: { seenAt, expiresAt }, tokenHash }) =>
      (await touchSession.run(session, { tokenHash, seenAt: time.encode(seenAt), expiresAt: time.encode(expiresAt) })) === 1,
    rotateSession: async (params) => (await rotateSession.run(session, { ...params, now: now() })) === 1,
    endSession: async ({ tokenHash }) => (await deleteSession.run(session, { tokenHash })) === 1,
    endSessions: ({ customerId, sessionId }) =>
      sessionId === undefined ? deleteSessions.run(session, { customerId }) : deleteOneSession.run(session, { customerId, sessionId }),
    prune: async ({ limit }) => (await pruneSessions.run(session, { now: now(), limit })) + (await pruneResets.run(session, { now: now(), limit })),
    unconfirmed: async ({ before, limit, customerId }) => {
      const { rows } = await unconfirmedCustomers(session, time.encode(before), limit, customerId)
      return [...new Set(rows.map(({ id }) => id as CustomerId))]
    },
    forgetConfirmations: ({ before, limit }) => pruneConfirmations.run(session, { now: time.encode(before), limit }),
  }
}

function toCredentials(row: Selectable<Tables['customer_credentials']> | undefined): Credentials | undefined {
  return row && { customerId: row.customer_id as CustomerId, passwordHash: row.password_hash }
}

function sessionFromRow({ time }: SqlCodecs, row: Selectable<Tables['customer_sessions']>): Session {
  return {
    id: row.id as SessionId,
    customerId: row.customer_id as CustomerId,
    createdAt: time.decode(row.created_at),
    seenAt: time.decode(row.seen_at),
    expiresAt: time.decode(row.expires_at),
    endsAt: time.decode(row.ends_at),
  }
}
