import type { OrderId, PaymentId, Refund, RefundId } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { type RefundRow, refundFromRow, refundToRow } from './payment-rows.ts'

const refundColumns = [
  'id',
  'payment_id',
  'order_id',
  'provider',
  'provider_refund_id',
  'idempotency_key',
  'status',
  'amount_minor',
  'currency',
  'reason',
  'order_refund_id',
  'next_attempt_at',
  'attempts',
  'created_at',
  'updated_at',
  'version',
] as const

const onePerKey = 'ON CONFLICT (payment_id, idempotency_key) DO NOTHING'

const insertRefunds = bulkInsert('refunds', refundColumns, onePerKey)

/** Holds back whoever else wants money of the payment, so that the sums that follow are those of everyone before. */
const lockPayment = preparedQuery<{ paymentId: string }>()((db, param, dialect) =>
  db.selectFrom('payments').select('id').where('id', '=', param('paymentId')).modifyEnd(dialect.forUpdate),
)

const insertWithin = preparedQuery<RefundRow & Record<string, unknown>>()((_db, param) => {
  const values = sql.join(refundColumns.map((column) => param(column)))
  return sql`
    INSERT INTO refunds (${sql.join(refundColumns.map((column) => sql.ref(column)))})
    SELECT ${values} FROM payments AS p
    WHERE p.id = ${param('payment_id')} AND ${param('amount_minor')} <= p.captured_minor
      - coalesce((SELECT sum(r.amount_minor) FROM refunds AS r WHERE r.payment_id = p.id AND r.status <> 'failed'), 0)
      - coalesce((SELECT sum(d.amount_minor) FROM disputes AS d WHERE d.payment_id = p.id AND d.status <> 'won'), 0)
    ${sql.raw(onePerKey)}`
})

const keyInUse = preparedQuery<{ paymentId: string; key: string }>()((db, param) =>
  db.selectFrom('refunds').select('id').where('payment_id', '=', param('paymentId')).where('idempotency_key', '=', param('key')),
)

const oneRefund = preparedQuery<{ refundId: string }>()((db, param) => db.selectFrom('refunds').selectAll().where('id', '=', param('refundId')))

const ofOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('refunds').selectAll().where('order_id', '=', param('orderId')).orderBy('created_at').orderBy('id'),
)

const ofPayments = preparedQuery<{ paymentIds: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('refunds')
    .selectAll()
    .where(dialect.inList(sql.ref('payment_id'), sql`${param('paymentIds')}`))
    .orderBy('created_at')
    .orderBy('id'),
)

// Payment, amount and key stay as they were inserted.
const updateRefund = preparedQuery<RefundRow & { expected_version: number }>()((db, param) =>
  db
    .updateTable('refunds')
    .set({
      provider_refund_id: param('provider_refund_id'),
      status: param('status'),
      reason: param('reason'),
      next_attempt_at: param('next_attempt_at'),
      attempts: param('attempts'),
      updated_at: param('updated_at'),
      version: param('version'),
    })
    .where('id', '=', param('id'))
    .where('version', '=', param('expected_version')),
)

const dueRefunds = preparedQuery<{ now: SqlTime; limit: number }>()((db, param, dialect) =>
  db
    .selectFrom('refunds')
    .selectAll()
    .where('next_attempt_at', '<=', param('now'))
    .where('status', '=', sql.lit('pending'))
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(param('limit'))
    .modifyEnd(dialect.forUpdate),
)

const leaseRefunds = preparedQuery<{ ids: unknown; leaseUntil: SqlTime }>()((db, param, dialect) =>
  db
    .updateTable('refunds')
    .set({ next_attempt_at: param('leaseUntil') })
    .where(dialect.inList(sql.ref('id'), sql`${param('ids')}`)),
)

export async function refundsOfOrder(session: SqlSession, orderId: OrderId): Promise<readonly Refund[]> {
  const rows = await ofOrder.all(session, { orderId })
  return rows.map((row) => refundFromRow(session.codecs, row))
}

export async function refundsOfPayments(session: SqlSession, paymentIds: readonly PaymentId[]): Promise<readonly Refund[]> {
  const rows = await ofPayments.all(session, { paymentIds: session.dialect.encodeList(paymentIds) })
  return rows.map((row) => refundFromRow(session.codecs, row))
}

export async function findRefund(session: SqlSession, refundId: RefundId): Promise<Refund | undefined> {
  const row = await oneRefund.first(session, { refundId })
  return row === undefined ? undefined : refundFromRow(session.codecs, row)
}

export async function queueRefund(session: SqlSession, refund: Refund): Promise<'queued' | 'exists' | 'exceeds'> {
  const { paymentId, idempotencyKey: key } = refund
  await lockPayment.all(session, { paymentId })
  if ((await keyInUse.first(session, { paymentId, key })) !== undefined) return 'exists'
  const written = await insertWithin.run(session, { ...refundToRow(session.codecs, refund) })
  return written === 1 ? 'queued' : 'exceeds'
}

export async function insertRefund(session: SqlSession, refund: Refund): Promise<'inserted' | 'exists'> {
  const written = await insertRefunds(session, [refundToRow(session.codecs, refund)])
  return written === 0 ? 'exists' : 'inserted'
}

export async function saveRefund(session: SqlSession, refund: Refund, expectedVersion: number): Promise<'saved' | 'stale'> {
  const changed = await updateRefund.run(session, { ...refundToRow(session.codecs, refund), expected_version: expectedVersion })
  return changed === 0 ? 'stale' : 'saved'
}

export async function claimDueRefunds(session: SqlSession, limit: number, leaseUntil: Date): Promise<readonly Refund[]> {
  const { codecs, dialect } = session
  const rows = await dueRefunds.all(session, { now: codecs.time.encode(session.now), limit })
  if (rows.length === 0) return []
  await leaseRefunds.run(session, { ids: dialect.encodeList(rows.map((row) => row.id)), leaseUntil: codecs.time.encode(leaseUntil) })
  return rows.map((row) => ({ ...refundFromRow(codecs, row), nextAttemptAt: leaseUntil }))
}
