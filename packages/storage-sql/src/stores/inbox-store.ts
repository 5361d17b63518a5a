import type { InboxEnd, InboxEvent, InboxKey, InboxListQuery, InboxStore, Page } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { decodeInboxCursor, encodeInboxCursor } from './inbox-cursor.ts'
import { inboxFromRow, inboxToRow } from './inbox-rows.ts'
import { sqlProviderListings } from './provider-listings.ts'

const insertEvents = bulkInsert(
  'provider_events',
  [
    'provider',
    'event_id',
    'type',
    'subject_type',
    'subject_id',
    'provider_payment_id',
    'live',
    'payload_hash',
    'created_at',
    'received_at',
    'state',
    'attempts',
    'fence',
    'next_attempt_at',
    'outcome',
    'domain_event_id',
    'problem',
    'finished_at',
  ],
  'ON CONFLICT (provider, event_id) DO NOTHING',
)

const oneEvent = preparedQuery<{ provider: string; eventId: string }>()((db, param) =>
  db.selectFrom('provider_events').selectAll().where('provider', '=', param('provider')).where('event_id', '=', param('eventId')),
)

const newestOfPayment = preparedQuery<{ provider: string; providerPaymentId: string; limit: number }>()((db, param) =>
  db
    .selectFrom('provider_events')
    .selectAll()
    .where('provider', '=', param('provider'))
    .where('provider_payment_id', '=', param('providerPaymentId'))
    .orderBy('received_at', 'desc')
    .orderBy('event_id', 'desc')
    .limit(param('limit')),
)

const dueEvents = preparedQuery<{ now: SqlTime; limit: number }>()((db, param, dialect) =>
  db
    .selectFrom('provider_events')
    .selectAll()
    .where('next_attempt_at', '<=', param('now'))
    .orderBy('next_attempt_at')
    .orderBy('event_id')
    .limit(param('limit'))
    .modifyEnd(dialect.forUpdateOfFree),
)

/** The key as one text. Names of providers have no blanks. */
const keyText = sql`(provider || ' ' || event_id)`

const leaseEvents = preparedQuery<{ now: SqlTime; keys: unknown; leaseUntil: SqlTime }>()((db, param, dialect) =>
  db
    .updateTable('provider_events')
    .set((eb) => ({ next_attempt_at: param('leaseUntil'), attempts: eb('attempts', '+', 1), fence: eb('fence', '+', 1) }))
    .where('next_attempt_at', '<=', param('now'))
    .where(dialect.inList(keyText, sql`${param('keys')}`)),
)

interface EndValues extends Record<string, unknown> {
  provider: string
  eventId: string
  fence: number
  state: string
  nextAttemptAt: SqlTime | null
  outcome: string | null
  domainEventId: string | null
  problem: string | null
  finishedAt: SqlTime | null
}

const endAttempt = preparedQuery<EndValues>()((db, param) =>
  db
    .updateTable('provider_events')
    .set({
      state: param('state'),
      next_attempt_at: param('nextAttemptAt'),
      outcome: param('outcome'),
      domain_event_id: param('domainEventId'),
      problem: param('problem'),
      finished_at: param('finishedAt'),
    })
    .where('provider', '=', param('provider'))
    .where('event_id', '=', param('eventId'))
    .where('fence', '=', param('fence'))
    .where('state', '=', sql.lit('received')),
)

const makeDue = preparedQuery<{ provider: string; eventId: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('provider_events')
    .set({ state: 'received', attempts: 0, next_attempt_at: param('now'), outcome: null, domain_event_id: null, problem: null, finished_at: null })
    .where('provider', '=', param('provider'))
    .where('event_id', '=', param('eventId')),
)

const deleteDone = preparedQuery<{ before: SqlTime; limit: number }>()(
  (db, param) =>
    sql`DELETE FROM provider_events WHERE (provider, event_id) IN (${db
      .selectFrom('provider_events')
      .select(['provider', 'event_id'])
      .where('finished_at', '<', param('before'))
      .where('state', 'in', [sql.lit('processed'), sql.lit('ignored')])
      .orderBy('finished_at')
      .limit(param('limit'))})`,
)

/** The events of payment providers, in the table `provider_events`, and how far their lists have been read. */
export function sqlInboxStore(session: SqlSession): InboxStore {
  const { time } = session.codecs
  const now = () => time.encode(session.now)
  return {
    find: async (key) => {
      const row = await oneEvent.first(session, { ...key })
      return row === undefined ? undefined : inboxFromRow(session.codecs, row)
    },
    list: (query) => listEvents(session, query),
    ofPayment: async (params) => (await newestOfPayment.all(session, { ...params })).map((row) => inboxFromRow(session.codecs, row)).reverse(),
    recordAll: (events) =>
      insertEvents(
        session,
        events.map((event) => inboxToRow(session.codecs, event)),
      ),
    record: async (event) => ((await insertEvents(session, [inboxToRow(session.codecs, event)])) === 0 ? 'duplicate' : 'recorded'),
    claimDue: ({ limit, leaseUntil }) => claimDue(session, limit, leaseUntil),
    finish: async ({ provider, eventId, fence, end }) => {
      const changed = await endAttempt.run(session, { provider, eventId, fence, ...endValues(session, end) })
      return changed === 0 ? 'lost' : 'finished'
    },
    replay: async ({ provider, eventId }: InboxKey) => ((await makeDue.run(session, { provider, eventId, now: now() })) === 0 ? 'missing' : 'replayed'),
    prune: ({ before, limit }) => deleteDone.run(session, { before: time.encode(before), limit }),
    ...sqlProviderListings(session),
  }
}

function endValues(session: SqlSession, end: InboxEnd): Pick<EndValues, 'state' | 'nextAttemptAt' | 'outcome' | 'domainEventId' | 'problem' | 'finishedAt'> {
  const { time } = session.codecs
  const nothing = { nextAttemptAt: null, outcome: null, domainEventId: null, problem: null, finishedAt: time.encode(session.now) }
  if (end.state === 'received') return { ...nothing, state: end.state, nextAttemptAt: time.encode(end.nextAttemptAt), problem: end.problem, finishedAt: null }
  if (end.state === 'parked') return { ...nothing, state: end.state, problem: end.problem }
  return { ...nothing, state: end.state, outcome: end.outcome, domainEventId: end.domainEventId }
}

async function listEvents(session: SqlSession, query: InboxListQuery): Promise<Page<InboxEvent>> {
  let select = session.db.selectFrom('provider_events').selectAll()
  if (query.state !== undefined) select = select.where('state', '=', query.state)
  if (query.after !== undefined) {
    const { receivedAt, provider, eventId } = decodeInboxCursor(query.after)
    select = select.where(sql<boolean>`(received_at, provider, event_id) < (${session.codecs.time.encode(receivedAt)}, ${provider}, ${eventId})`)
  }
  const rows = await select
    .orderBy('received_at', 'desc')
    .orderBy('provider', 'desc')
    .orderBy('event_id', 'desc')
    .limit(query.limit + 1)
    .execute()
  const events = rows.map((row) => inboxFromRow(session.codecs, row))
  return pageOf(events, query.limit, encodeInboxCursor)
}

/** Rows that another worker is just taking are left to it. */
async function claimDue(session: SqlSession, limit: number, leaseUntil: Date): Promise<readonly InboxEvent[]> {
  const { codecs, dialect } = session
  const now = codecs.time.encode(session.now)
  const rows = await dueEvents.all(session, { now, limit })
  if (rows.length === 0) return []
  const keys = dialect.encodeList(rows.map((row) => `${row.provider} ${row.event_id}`))
  await leaseEvents.run(session, { now, keys, leaseUntil: codecs.time.encode(leaseUntil) })
  return rows.map((row) => ({ ...inboxFromRow(codecs, row), attempts: row.attempts + 1, fence: row.fence + 1, nextAttemptAt: leaseUntil }))
}
