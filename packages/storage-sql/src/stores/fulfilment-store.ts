import type { Fulfilment, FulfilmentId, OrderId } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { fulfilmentFromRow, fulfilmentToRow } from './order-rows.ts'

const insertFulfilments = bulkInsert('fulfilments', [
  'id',
  'order_id',
  'status',
  'carrier',
  'tracking_number',
  'tracking_url',
  'shipped_at',
  'delivered_at',
  'version',
])

const insertFulfilmentLines = bulkInsert('fulfilment_lines', ['fulfilment_id', 'order_line_id', 'quantity'])

const oneFulfilment = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('fulfilments').selectAll().where('id', '=', param('id')))

const fulfilmentsOfOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('fulfilments').selectAll().where('order_id', '=', param('orderId')).orderBy('shipped_at').orderBy('id'),
)

const linesOfFulfilments = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('fulfilment_lines')
    .innerJoin('order_lines', 'order_lines.id', 'fulfilment_lines.order_line_id')
    .selectAll('fulfilment_lines')
    .where(dialect.inList(sql.ref('fulfilment_lines.fulfilment_id'), sql`${param('ids')}`))
    .orderBy('order_lines.position'),
)

const updateFulfilment = preparedQuery<{ id: string; expectedVersion: number; version: number; status: string; deliveredAt: SqlTime | null }>()((db, param) =>
  db
    .updateTable('fulfilments')
    .set({ status: param('status'), delivered_at: param('deliveredAt'), version: param('version') })
    .where('id', '=', param('id'))
    .where('version', '=', param('expectedVersion')),
)

export async function insertFulfilment(session: SqlSession, fulfilment: Fulfilment): Promise<void> {
  await insertFulfilments(session, [fulfilmentToRow(session.codecs, fulfilment)])
  const lines = fulfilment.lines.map((line) => ({ fulfilment_id: fulfilment.id, order_line_id: line.orderLineId, quantity: line.quantity }))
  await insertFulfilmentLines(session, lines)
}

export async function findFulfilment(session: SqlSession, fulfilmentId: FulfilmentId): Promise<Fulfilment | undefined> {
  const [fulfilment] = await withLines(session, await oneFulfilment.all(session, { id: fulfilmentId }))
  return fulfilment
}

export async function listFulfilments(session: SqlSession, orderId: OrderId): Promise<readonly Fulfilment[]> {
  return withLines(session, await fulfilmentsOfOrder.all(session, { orderId }))
}

export async function saveFulfilment(session: SqlSession, fulfilment: Fulfilment, expectedVersion: number): Promise<'saved' | 'stale'> {
  const changed = await updateFulfilment.run(session, {
    id: fulfilment.id,
    expectedVersion,
    version: fulfilment.version,
    status: fulfilment.status,
    deliveredAt: fulfilment.deliveredAt === null ? null : session.codecs.time.encode(fulfilment.deliveredAt),
  })
  return changed === 0 ? 'stale' : 'saved'
}

async function withLines(session: SqlSession, rows: Awaited<ReturnType<typeof oneFulfilment.all>>): Promise<Fulfilment[]> {
  if (rows.length === 0) return []
  const lines = await linesOfFulfilments.all(session, { ids: session.dialect.encodeList(rows.map((row) => row.id)) })
  return rows.map((row) =>
    fulfilmentFromRow(
      session.codecs,
      row,
      lines.filter((line) => line.fulfilment_id === row.id),
    ),
  )
}
