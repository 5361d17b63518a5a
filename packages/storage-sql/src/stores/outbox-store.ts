import { CommerceError, type DomainEvent, type OutboxBatch, type OutboxCursor, type OutboxStore } from '@cartwright/core/ports'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs, SqlDialect, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

/** A place in the outbox: after the event at `position` of transaction `tx`. As text: `tx.position`. */
interface Place {
  readonly tx: number
  readonly position: number
}

const beginning: Place = { tx: 0, position: 0 }

export const eventColumns = ['event_id', 'topic', 'aggregate_type', 'aggregate_id', 'aggregate_version', 'payload', 'created_at'] as const
const insertEvents = bulkInsert('outbox', eventColumns, '', (dialect) => ({ tx: dialect.transactionId }))

interface ReadValues extends Record<string, unknown> {
  tx: number
  position: number
  limit: number
}

const readAll = preparedQuery<ReadValues>()((db, param, dialect) => eventsAfter(db, dialect, param('tx'), param('position')).limit(param('limit')))

const readTopics = preparedQuery<ReadValues & { topics: unknown }>()((db, param, dialect) =>
  eventsAfter(db, dialect, param('tx'), param('position'))
    .where(dialect.inList(sql.ref('topic'), sql`${param('topics')}`))
    .limit(param('limit')),
)

const eventsAfter = (db: Kysely<Tables>, dialect: SqlDialect, tx: number, position: number) =>
  db
    .selectFrom('outbox')
    .selectAll()
    .where(dialect.outboxAfter(sql`${tx}`, sql`${position}`))
    .where(dialect.settledOutbox)
    .orderBy(dialect.outboxOrder('asc'))

const lastSettled = preparedQuery<Record<string, never>>()((db, _param, dialect) =>
  db.selectFrom('outbox').select(['tx', 'position']).where(dialect.settledOutbox).orderBy(dialect.outboxOrder('desc')).limit(1),
)

/** Events that a consumer may be behind before they are no longer counted. */
const mostCounted = 100_000

const listConsumers = preparedQuery<Record<string, never>>()((db, _param, dialect) =>
  db
    .selectFrom('outbox_consumers')
    .select(['name', 'tx', 'position'])
    .select(sql<number>`(SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE ${afterConsumer(dialect)} LIMIT ${sql.lit(mostCounted)}) AS unread)`.as('behind'))
    .select((eb) =>
      eb.selectFrom('outbox').select('created_at').where(afterConsumer(dialect)).orderBy(dialect.outboxOrder('asc')).limit(sql.lit(1)).as('oldest_at'),
    )
    .orderBy('name'),
)

const afterConsumer = (dialect: SqlDialect): RawBuilder<boolean> => dialect.outboxAfter(sql.ref('outbox_consumers.tx'), sql.ref('outbox_consumers.position'))

const takeLease = preparedQuery<{ name: string; now: SqlTime; leaseUntil: SqlTime }>()((db, param) =>
  db
    .updateTable('outbox_consumers')
    .set({ fence: sql<number>`fence + 1`, lease_until: param('leaseUntil'), updated_at: param('now') })
    .where('name', '=', param('name'))
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', param('now'))]))
    .returning(['tx', 'position', 'fence']),
)

const findConsumer = preparedQuery<{ name: string }>()((db, param) => db.selectFrom('outbox_consumers').select('name').where('name', '=', param('name')))

const insertConsumer = bulkInsert('outbox_consumers', ['name', 'tx', 'position', 'fence', 'lease_until', 'updated_at'], 'ON CONFLICT (name) DO NOTHING')

interface AdvanceValues extends Record<string, unknown> {
  name: string
  fence: number
  tx: number
  position: number
  now: SqlTime
}

const advance = (db: Kysely<Tables>, values: AdvanceValues) =>
  db
    .updateTable('outbox_consumers')
    .set({ tx: values.tx, position: values.position, updated_at: values.now })
    .where('name', '=', values.name)
    .where('fence', '=', values.fence)

const advanceOnly = preparedQuery<AdvanceValues>()((db, param) =>
  advance(db, { name: param('name'), fence: param('fence'), tx: param('tx'), position: param('position'), now: param('now') }),
)

const advanceAndRelease = preparedQuery<AdvanceValues>()((db, param) =>
  advance(db, { name: param('name'), fence: param('fence'), tx: param('tx'), position: param('position'), now: param('now') }).set({ lease_until: null }),
)

const oldestSettled = preparedQuery<{ limit: number }>()((db, param, dialect) =>
  db.selectFrom('outbox').select(['tx', 'position', 'created_at']).where(dialect.settledOutbox).orderBy(dialect.outboxOrder('asc')).limit(param('limit')),
)

const consumerPlaces = preparedQuery<Record<string, never>>()((db) => db.selectFrom('outbox_consumers').select(['tx', 'position']))

const deleteBetween = preparedQuery<{ firstTx: number; firstPosition: number; lastTx: number; lastPosition: number }>()((db, param, dialect) => {
  const first = { tx: sql<number>`${param('firstTx')}`, position: sql<number>`${param('firstPosition')}` }
  const last = { tx: sql<number>`${param('lastTx')}`, position: sql<number>`${param('lastPosition')}` }
  return db.deleteFrom('outbox').where(dialect.outboxBetween(first, last))
})

const findTail = preparedQuery<Record<string, never>>()((db) => db.selectFrom('outbox_tail').select(['tx', 'position']))

const moveTail = bulkInsert('outbox_tail', ['id', 'tx', 'position'], 'ON CONFLICT (id) DO UPDATE SET tx = excluded.tx, position = excluded.position')

/** Domain events and their consumers, in SQL. */
export function sqlOutboxStore(session: SqlSession): OutboxStore {
  const { codecs } = session
  const head = async (): Promise<Place> => (await lastSettled.first(session, {})) ?? (await tail())
  const tail = async (): Promise<Place> => (await findTail.first(session, {})) ?? beginning
  return {
    append: async (events) => {
      await insertEvents(
        session,
        events.map((event) => eventRow(codecs, event)),
      )
    },
    read: async (params) => await read(session, params, await tail()),
    head: async () => cursorOf(await head()),
    tail: async () => cursorOf(await tail()),
    consumers: async () =>
      (await listConsumers.all(session, {})).map((row) => ({
        name: row.name,
        cursor: cursorOf(row),
        behind: Number(row.behind),
        oldestAt: row.oldest_at === null ? null : codecs.time.decode(row.oldest_at),
      })),
    claimConsumer: async ({ name, leaseUntil, from = 'tail' }) => {
      const now = codecs.time.encode(session.now)
      const lease = { name, now, leaseUntil: codecs.time.encode(leaseUntil) }
      const taken = await takeLease.first(session, lease)
      if (taken !== undefined) return { outcome: 'claimed', cursor: cursorOf(taken), fence: taken.fence }
      if ((await findConsumer.first(session, { name })) !== undefined) return { outcome: 'busy' }
      const place = from === 'head' ? await head() : await tail()
      const inserted = await insertConsumer(session, [{ name, ...place, fence: 1, lease_until: lease.leaseUntil, updated_at: now }])
      return inserted === 1 ? { outcome: 'claimed', cursor: cursorOf(place), fence: 1 } : { outcome: 'busy' }
    },
    advanceConsumer: async ({ name, fence, cursor, release }) => {
      const values = { name, fence, ...placeOf(cursor), now: codecs.time.encode(session.now) }
      const changed = await (release ? advanceAndRelease : advanceOnly).run(session, values)
      return changed === 1 ? 'advanced' : 'lost'
    },
    prune: (params) => prune(session, params),
  }
}

async function read(session: SqlSession, { after, limit, topics }: Parameters<OutboxStore['read']>[0], tail: Place): Promise<OutboxBatch> {
  const { codecs, dialect } = session
  const place = placeOf(after)
  const values = { ...place, limit }
  const rows = topics === undefined ? await readAll.all(session, values) : await readTopics.all(session, { ...values, topics: dialect.encodeList(topics) })
  // Events of other topics count as read too, or a reader of rare topics would keep them all from being pruned.
  const end = rows.length < limit ? await lastSettled.first(session, {}) : undefined
  const reached = end === undefined || isBefore(end, place) ? (rows.at(-1) ?? place) : end
  return { events: rows.map((row) => fromRow(codecs, row)), cursor: cursorOf(reached), pruned: isBefore(place, tail) }
}

/** Deletes from the oldest event on and stops at the first one to be kept, so that what is kept has one beginning: the tail. */
async function prune(session: SqlSession, { before, limit }: Parameters<OutboxStore['prune']>[0]): Promise<number> {
  const oldest = await oldestSettled.all(session, { limit })
  const consumers = await consumerPlaces.all(session, {})
  const kept = oldest.findIndex((row) => session.codecs.time.decode(row.created_at) >= before || consumers.some((place) => isBefore(place, row)))
  const [first] = oldest
  const last = kept === -1 ? oldest.at(-1) : oldest[kept - 1]
  if (first === undefined || last === undefined) return 0
  const { tx, position } = last
  await moveTail(session, [{ id: 1, tx, position }])
  return await deleteBetween.run(session, { firstTx: first.tx, firstPosition: first.position, lastTx: tx, lastPosition: position })
}

function isBefore(one: Place, other: Place): boolean {
  return one.tx < other.tx || (one.tx === other.tx && one.position < other.position)
}

function cursorOf({ tx, position }: Place): OutboxCursor {
  return `${tx}.${position}`
}

function placeOf(cursor: OutboxCursor): Place {
  const [, tx, position] = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? []
  if (tx === undefined || position === undefined) {
    throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'cursor', message: 'is no cursor of this outbox' }] } })
  }
  return { tx: Number(tx), position: Number(position) }
}

/** The row of an event, without its place. */
export function eventRow(codecs: SqlCodecs, event: DomainEvent) {
  return {
    event_id: event.id,
    topic: event.topic,
    aggregate_type: event.aggregateType,
    aggregate_id: event.aggregateId,
    aggregate_version: event.aggregateVersion,
    payload: codecs.json.encode(event.payload),
    created_at: codecs.time.encode(event.occurredAt),
  }
}

function fromRow(codecs: SqlCodecs, row: Selectable<Tables['outbox']>): DomainEvent {
  return {
    id: row.event_id,
    topic: row.topic,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    aggregateVersion: row.aggregate_version,
    payload: codecs.json.decode(row.payload),
    occurredAt: codecs.time.decode(row.created_at),
  } as DomainEvent
}
