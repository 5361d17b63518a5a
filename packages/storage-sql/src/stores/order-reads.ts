import type { CartId, Order, OrderHistoryEntry, OrderId, OrderKey, OrderListQuery, OwnerFilter, Page } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { decodeOrderCursor, encodeOrderCursor } from './order-cursor.ts'
import { historyFromRow, type OrderLineRow, type OrderRow, orderFromRow } from './order-rows.ts'

const ownerColumns = { customer: 'customer_id', guest: 'guest_token_hash' } as const

const oneOrder = (key: 'id' | 'number', owner: OwnerFilter['type']) =>
  preparedQuery<{ key: string; owner: string }>()((db, param) => {
    const query = db.selectFrom('orders').selectAll().where(key, '=', param('key'))
    return owner === 'any' ? query : query.where(ownerColumns[owner], '=', param('owner'))
  })

const finders = {
  id: { any: oneOrder('id', 'any'), customer: oneOrder('id', 'customer'), guest: oneOrder('id', 'guest') },
  number: { any: oneOrder('number', 'any'), customer: oneOrder('number', 'customer'), guest: oneOrder('number', 'guest') },
}

const lockedOrder = preparedQuery<{ orderId: string }>()((db, param, dialect) =>
  db.selectFrom('orders').selectAll().where('id', '=', param('orderId')).modifyEnd(dialect.forUpdate),
)

// The words of the partial index, so that the planner sees that it applies.
const liveOrder = preparedQuery<{ cartId: string }>()((db, param) =>
  db.selectFrom('orders').selectAll().where('cart_id', '=', param('cartId')).where(sql<boolean>`status NOT IN ('cancelled', 'expired')`),
)

// The words of the partial index, so that the planner sees that it applies.
const additionsOfMany = preparedQuery<{ orderIds: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('orders')
    .selectAll()
    .where('adds_to_order_id', 'is not', null)
    .where(dialect.inList(sql.ref('adds_to_order_id'), sql`${param('orderIds')}`))
    .orderBy('placed_at')
    .orderBy('id'),
)

const linesOfOne = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('order_lines').selectAll().where('order_id', '=', param('orderId')).orderBy('position'),
)

const linesOfMany = preparedQuery<{ orderIds: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('order_lines')
    .selectAll()
    .where(dialect.inList(sql.ref('order_id'), sql`${param('orderIds')}`))
    .orderBy('order_id')
    .orderBy('position'),
)

const historyOfOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('order_history').selectAll().where('order_id', '=', param('orderId')).orderBy('version'),
)

const dueOrders = preparedQuery<{ now: SqlTime; limit: number }>()((db, param) =>
  db
    .selectFrom('orders')
    .select('id')
    .where(sql<boolean>`status = 'pending'`)
    .where('expires_at', '<=', param('now'))
    .orderBy('expires_at')
    .orderBy('id')
    .limit(param('limit')),
)

export function findOrder(session: SqlSession, key: OrderKey, owner: OwnerFilter): Promise<Order | undefined> {
  const values = { key: 'id' in key ? key.id : key.number, owner: ownerValue(owner) }
  if ('id' in key) return rowAndLines(session, finders.id[owner.type].first(session, values), key.id)
  return withLines(session, finders.number[owner.type].first(session, values))
}

export function lockOrder(session: SqlSession, orderId: OrderId): Promise<Order | undefined> {
  return rowAndLines(session, lockedOrder.first(session, { orderId }), orderId)
}

export function liveOrderForCart(session: SqlSession, cartId: CartId): Promise<Order | undefined> {
  return withLines(session, liveOrder.first(session, { cartId }))
}

/** Two statements whatever the page: the orders, then the lines of all of them. */
export async function listOrders(session: SqlSession, query: OrderListQuery): Promise<Page<Order>> {
  let select = session.db.selectFrom('orders').selectAll()
  if (query.owner.type !== 'any') select = select.where(ownerColumns[query.owner.type], '=', ownerValue(query.owner))
  if (query.status !== undefined) select = select.where('status', '=', query.status)
  if (query.after !== undefined) {
    const after = decodeOrderCursor(query.after)
    select = select.where(sql<boolean>`(placed_at, id) < (${session.codecs.time.encode(after.placedAt)}, ${after.id})`)
  }
  const rows = await select
    .orderBy('placed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute()
  const page = pageOf(rows, query.limit, ({ id, placed_at }) => encodeOrderCursor({ id, placedAt: session.codecs.time.decode(placed_at) }))
  return { items: await withLinesOfMany(session, page.items), next: page.next }
}

export async function listAdditions(session: SqlSession, orderIds: readonly OrderId[]): Promise<readonly Order[]> {
  if (orderIds.length === 0) return []
  return withLinesOfMany(session, await additionsOfMany.all(session, { orderIds: session.dialect.encodeList(orderIds) }))
}

export async function orderHistory(session: SqlSession, orderId: OrderId): Promise<readonly OrderHistoryEntry[]> {
  const rows = await historyOfOrder.all(session, { orderId })
  return rows.map((row) => historyFromRow(session.codecs, row))
}

export async function ordersDueForExpiry(session: SqlSession, limit: number): Promise<readonly OrderId[]> {
  const rows = await dueOrders.all(session, { now: session.codecs.time.encode(session.now), limit })
  return rows.map((row) => row.id as OrderId)
}

function ownerValue(owner: OwnerFilter): string {
  if (owner.type === 'any') return ''
  return owner.type === 'customer' ? owner.customerId : owner.tokenHash
}

/** An order whose id is known: its lines are asked for without waiting for the row, and read after it, so that they are those of the row that was locked. */
async function rowAndLines(session: SqlSession, found: Promise<OrderRow | undefined>, orderId: OrderId): Promise<Order | undefined> {
  const [row, lines] = await Promise.all([found, linesOfOne.all(session, { orderId })])
  return row === undefined ? undefined : orderFromRow(session.codecs, row, lines)
}

async function withLines(session: SqlSession, found: Promise<OrderRow | undefined>): Promise<Order | undefined> {
  const row = await found
  return row === undefined ? undefined : orderFromRow(session.codecs, row, await linesOfOne.all(session, { orderId: row.id }))
}

async function withLinesOfMany(session: SqlSession, rows: readonly OrderRow[]): Promise<Order[]> {
  if (rows.length === 0) return []
  const lines = await linesOfMany.all(session, { orderIds: session.dialect.encodeList(rows.map((row) => row.id)) })
  const byOrder = new Map<string, OrderLineRow[]>(rows.map((row) => [row.id, []]))
  for (const line of lines) byOrder.get(line.order_id)?.push(line)
  return rows.map((row) => orderFromRow(session.codecs, row, byOrder.get(row.id) ?? []))
}
