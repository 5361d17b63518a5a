import type {
  ActorRecord,
  EventId,
  OrderId,
  OrderLineId,
  OwnerFilter,
  Page,
  Return,
  ReturnHistoryEntry,
  ReturnId,
  ReturnLine,
  ReturnListQuery,
  ReturnStatus,
  ReturnStore,
} from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { follower, guardedWrite } from '../engine/guarded-write.ts'
import { pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'

const historyColumns = ['return_id', 'version', 'status', 'event_id', 'actor_type', 'actor_id', 'at'] as const
const history = follower('return_history', historyColumns)

const insertReturns = bulkInsert('returns', ['id', 'order_id', 'status', 'rejection', 'created_at', 'updated_at', 'version'])
const insertLines = bulkInsert('return_lines', ['return_id', 'order_line_id', 'quantity', 'reason', 'note', 'received_quantity', 'restocked_quantity'])

const linesOfReturns = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('return_lines')
    .innerJoin('order_lines', 'order_lines.id', 'return_lines.order_line_id')
    .selectAll('return_lines')
    .where(dialect.inList(sql.ref('return_lines.return_id'), sql`${param('ids')}`))
    .orderBy('order_lines.position'),
)

const historyOfReturn = preparedQuery<{ returnId: string }>()((db, param) =>
  db.selectFrom('return_history').selectAll().where('return_id', '=', param('returnId')).orderBy('version'),
)

const updateReturn = guardedWrite<{ id: string; expectedVersion: number; version: number; status: string; rejection: string | null; updatedAt: SqlTime }>()(
  (db, param) =>
    db
      .updateTable('returns')
      .set({ status: param('status'), rejection: param('rejection'), updated_at: param('updatedAt'), version: param('version') })
      .where('id', '=', param('id'))
      .where('version', '=', param('expectedVersion')),
  { history },
)

const updateLine = preparedQuery<{ returnId: string; orderLineId: string; received: number; restocked: number }>()((db, param) =>
  db
    .updateTable('return_lines')
    .set({ received_quantity: param('received'), restocked_quantity: param('restocked') })
    .where('return_id', '=', param('returnId'))
    .where('order_line_id', '=', param('orderLineId')),
)

/** A return names no buyer: staff see at once what they did, and the buyer with the order, which is saved with it. */
const unnamed = { customerId: null, guestTokenHash: null }

/** Returns, their lines and histories, in the tables `returns`, `return_lines` and `return_history`. */
export function sqlReturnStore(session: SqlSession): ReturnStore {
  return {
    find: async ({ returnId, owner }) => (await readReturns(session, { owner, id: returnId, limit: 1 }))[0],
    list: (query) => listReturns(session, query),
    history: ({ returnId }) => returnHistory(session, returnId),
    insert: ({ returned, history }) => {
      session.changes(unnamed)
      return insertReturn(session, returned, history)
    },
    save: ({ returned, expectedVersion, history }) => {
      session.changes(unnamed)
      return saveReturn(session, returned, expectedVersion, history)
    },
  }
}

async function insertReturn(session: SqlSession, returned: Return, entry: ReturnHistoryEntry): Promise<void> {
  const { id, orderId, status, rejection, createdAt, updatedAt, version } = returned
  const times = { created_at: session.codecs.time.encode(createdAt), updated_at: session.codecs.time.encode(updatedAt) }
  await insertReturns(session, [{ id, order_id: orderId, status, rejection, ...times, version }])
  const lines = returned.lines.map(({ orderLineId, quantity, reason, note, receivedQuantity, restockedQuantity }) => ({
    return_id: id,
    order_line_id: orderLineId,
    quantity,
    reason,
    note,
    received_quantity: receivedQuantity,
    restocked_quantity: restockedQuantity,
  }))
  await insertLines(session, lines)
  await history.insert(session, [historyToRow(session, entry)])
}

async function saveReturn(session: SqlSession, returned: Return, expectedVersion: number, entry: ReturnHistoryEntry): Promise<'saved' | 'stale'> {
  const { id, status, rejection, version } = returned
  const values = { id, expectedVersion, version, status, rejection, updatedAt: session.codecs.time.encode(returned.updatedAt) }
  if (!(await updateReturn(session, values, { history: [historyToRow(session, entry)] }))) return 'stale'
  for (const { orderLineId, receivedQuantity: received, restockedQuantity: restocked } of returned.lines) {
    await updateLine.run(session, { returnId: id, orderLineId, received, restocked })
  }
  return 'saved'
}

async function listReturns(session: SqlSession, query: ReturnListQuery): Promise<Page<Return>> {
  const found = await readReturns(session, { ...query, limit: query.limit + 1 })
  return pageOf(found, query.limit, ({ id }) => id)
}

async function readReturns(session: SqlSession, query: ReturnListQuery & { readonly id?: ReturnId }): Promise<readonly Return[]> {
  let select = session.db.selectFrom('returns').selectAll('returns')
  if (query.owner.type !== 'any') select = select.where('returns.order_id', 'in', ordersOf(session, query.owner))
  if (query.id !== undefined) select = select.where('returns.id', '=', query.id)
  if (query.orderId !== undefined) select = select.where('returns.order_id', '=', query.orderId)
  if (query.status !== undefined) select = select.where('returns.status', '=', query.status)
  if (query.after !== undefined) select = select.where('returns.id', '<', query.after)
  const rows = await select.orderBy('returns.id', 'desc').limit(query.limit).execute()
  if (rows.length === 0) return []
  const lines = await linesOfReturns.all(session, { ids: session.dialect.encodeList(rows.map(({ id }) => id)) })
  const { time } = session.codecs
  return rows.map((row) => ({
    id: row.id as ReturnId,
    orderId: row.order_id as OrderId,
    status: row.status as ReturnStatus,
    lines: lines.filter((line) => line.return_id === row.id).map(lineFromRow),
    rejection: row.rejection,
    createdAt: time.decode(row.created_at),
    updatedAt: time.decode(row.updated_at),
    version: row.version,
  }))
}

function ordersOf({ db }: SqlSession, owner: Exclude<OwnerFilter, { readonly type: 'any' }>) {
  const orders = db.selectFrom('orders').select('id')
  return owner.type === 'customer' ? orders.where('customer_id', '=', owner.customerId) : orders.where('guest_token_hash', '=', owner.tokenHash)
}

function lineFromRow(row: Awaited<ReturnType<typeof linesOfReturns.all>>[number]): ReturnLine {
  return {
    orderLineId: row.order_line_id as OrderLineId,
    quantity: row.quantity,
    reason: row.reason as ReturnLine['reason'],
    note: row.note,
    receivedQuantity: row.received_quantity,
    restockedQuantity: row.restocked_quantity,
  }
}

function historyToRow({ codecs }: SqlSession, { returnId, version, status, eventId, actor, at }: ReturnHistoryEntry) {
  return { return_id: returnId, version, status, event_id: eventId, actor_type: actor.type, actor_id: actor.id, at: codecs.time.encode(at) }
}

async function returnHistory(session: SqlSession, returnId: ReturnId): Promise<readonly ReturnHistoryEntry[]> {
  const rows = await historyOfReturn.all(session, { returnId })
  return rows.map((row) => ({
    returnId: row.return_id as ReturnId,
    version: row.version,
    status: row.status as ReturnStatus,
    eventId: row.event_id as EventId,
    actor: { type: row.actor_type as ActorRecord['type'], id: row.actor_id },
    at: session.codecs.time.decode(row.at),
  }))
}
