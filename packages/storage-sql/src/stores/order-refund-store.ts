import type { ActorRecord, OrderId, OrderLineId, OrderRefund, OrderRefundId, OrderRefundLine, ReturnId } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'

const insertRefunds = bulkInsert('order_refunds', [
  'id',
  'order_id',
  'return_id',
  'amount_minor',
  'shipping_minor',
  'currency',
  'reason',
  'actor_type',
  'actor_id',
  'created_at',
])

const insertRefundLines = bulkInsert('order_refund_lines', [
  'order_refund_id',
  'order_line_id',
  'quantity',
  'cancelled_quantity',
  'restocked_quantity',
  'amount_minor',
  'tax_minor',
  'included_tax_minor',
])

const refundsOfOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('order_refunds').selectAll().where('order_id', '=', param('orderId')).orderBy('created_at').orderBy('id'),
)

const linesOfRefunds = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('order_refund_lines')
    .innerJoin('order_lines', 'order_lines.id', 'order_refund_lines.order_line_id')
    .selectAll('order_refund_lines')
    .where(dialect.inList(sql.ref('order_refund_lines.order_refund_id'), sql`${param('ids')}`))
    .orderBy('order_lines.position'),
)

type LineRow = Awaited<ReturnType<typeof linesOfRefunds.all>>[number]

export async function insertOrderRefund(session: SqlSession, refund: OrderRefund): Promise<void> {
  const { id, orderId, returnId, amountMinor, shippingMinor, currency, reason, actor, createdAt } = refund
  await insertRefunds(session, [
    {
      id,
      order_id: orderId,
      return_id: returnId,
      amount_minor: amountMinor,
      shipping_minor: shippingMinor,
      currency,
      reason,
      actor_type: actor.type,
      actor_id: actor.id,
      created_at: session.codecs.time.encode(createdAt),
    },
  ])
  const lines = refund.lines.map((line) => ({
    order_refund_id: id,
    order_line_id: line.orderLineId,
    quantity: line.quantity,
    cancelled_quantity: line.cancelledQuantity,
    restocked_quantity: line.restockedQuantity,
    amount_minor: line.amountMinor,
    tax_minor: line.taxMinor,
    included_tax_minor: line.includedTaxMinor,
  }))
  await insertRefundLines(session, lines)
}

export async function listOrderRefunds(session: SqlSession, orderId: OrderId): Promise<readonly OrderRefund[]> {
  const rows = await refundsOfOrder.all(session, { orderId })
  if (rows.length === 0) return []
  const lines = await linesOfRefunds.all(session, { ids: session.dialect.encodeList(rows.map(({ id }) => id)) })
  return rows.map((row) => ({
    id: row.id as OrderRefundId,
    orderId: row.order_id as OrderId,
    returnId: row.return_id as ReturnId | null,
    amountMinor: row.amount_minor,
    shippingMinor: row.shipping_minor,
    currency: row.currency,
    lines: lines.filter((line) => line.order_refund_id === row.id).map(lineFromRow),
    reason: row.reason,
    actor: { type: row.actor_type as ActorRecord['type'], id: row.actor_id },
    createdAt: session.codecs.time.decode(row.created_at),
  }))
}

function lineFromRow(row: LineRow): OrderRefundLine {
  return {
    orderLineId: row.order_line_id as OrderLineId,
    quantity: row.quantity,
    cancelledQuantity: row.cancelled_quantity,
    restockedQuantity: row.restocked_quantity,
    amountMinor: row.amount_minor,
    taxMinor: row.tax_minor,
    includedTaxMinor: row.included_tax_minor,
  }
}
