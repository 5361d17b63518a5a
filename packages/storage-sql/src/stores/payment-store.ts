import type { OrderId, Payment, PaymentHistoryEntry, PaymentId, PaymentStore } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { follower, guardedWrite, insertOne } from '../engine/guarded-write.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { disputesOfOrder, findDispute, insertDispute, saveDispute } from './dispute-store.ts'
import { encodeTime, type PaymentRow, paymentFromRow, paymentHistoryFromRow, paymentHistoryToRow, paymentToRow } from './payment-rows.ts'
import { claimDueRefunds, findRefund, insertRefund, queueRefund, refundsOfOrder, refundsOfPayments, saveRefund } from './refund-store.ts'

const paymentColumns = [
  'id',
  'order_id',
  'provider',
  'provider_payment_id',
  'method',
  'capture',
  'status',
  'amount_minor',
  'currency',
  'authorised_minor',
  'captured_minor',
  'decline_code',
  'action',
  'idempotency_scope',
  'idempotency_operation',
  'idempotency_key',
  'next_check_at',
  'checks',
  'created_at',
  'updated_at',
  'version',
] as const

const history = follower('payment_history', ['payment_id', 'version', 'status', 'event_id', 'actor_type', 'actor_id', 'at'])

const insertWithHistory = guardedWrite<PaymentRow & Record<string, unknown>>()((_db, param) => insertOne('payments', paymentColumns, param), { history })

const onePayment = preparedQuery<{ paymentId: string }>()((db, param) => db.selectFrom('payments').selectAll().where('id', '=', param('paymentId')))

const paymentByProviderId = preparedQuery<{ provider: string; providerPaymentId: string }>()((db, param) =>
  db.selectFrom('payments').selectAll().where('provider', '=', param('provider')).where('provider_payment_id', '=', param('providerPaymentId')),
)

const paymentsByProviderIds = preparedQuery<{ provider: string; ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('payments')
    .selectAll()
    .where('provider', '=', param('provider'))
    .where(dialect.inList(sql.ref('provider_payment_id'), sql`${param('ids')}`)),
)

const paymentsOfOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('payments').selectAll().where('order_id', '=', param('orderId')).orderBy('created_at').orderBy('id'),
)

const historyOfPayment = preparedQuery<{ paymentId: string }>()((db, param) =>
  db.selectFrom('payment_history').selectAll().where('payment_id', '=', param('paymentId')).orderBy('version'),
)

// What the order and the caller asked for never changes: order, provider, method, amount and key stay as they were inserted.
const updatePayment = guardedWrite<PaymentRow & { expected_version: number }>()(
  (db, param) =>
    db
      .updateTable('payments')
      .set({
        provider_payment_id: param('provider_payment_id'),
        status: param('status'),
        authorised_minor: param('authorised_minor'),
        captured_minor: param('captured_minor'),
        decline_code: param('decline_code'),
        action: param('action'),
        next_check_at: param('next_check_at'),
        checks: param('checks'),
        updated_at: param('updated_at'),
        version: param('version'),
      })
      .where('id', '=', param('id'))
      .where('version', '=', param('expected_version')),
  { history },
)

const duePayments = preparedQuery<{ now: SqlTime; limit: number }>()((db, param, dialect) =>
  db
    .selectFrom('payments')
    .selectAll()
    .where('next_check_at', '<=', param('now'))
    .orderBy('next_check_at')
    .orderBy('id')
    .limit(param('limit'))
    .modifyEnd(dialect.forUpdate),
)

const leasePayments = preparedQuery<{ ids: unknown; leaseUntil: SqlTime }>()((db, param, dialect) =>
  db
    .updateTable('payments')
    .set((eb) => ({ next_check_at: param('leaseUntil'), checks: eb('checks', '+', 1) }))
    .where(dialect.inList(sql.ref('id'), sql`${param('ids')}`)),
)

const schedulePayment = preparedQuery<{ paymentId: string; nextCheckAt: SqlTime | null }>()((db, param) =>
  db
    .updateTable('payments')
    .set({ next_check_at: param('nextCheckAt') })
    .where('id', '=', param('paymentId')),
)

/** Payments, their histories, refunds and disputes, in the tables `payments`, `payment_history`, `refunds` and `disputes`. */
export function sqlPaymentStore(session: SqlSession): PaymentStore {
  return {
    find: async ({ paymentId }) => {
      const row = await onePayment.first(session, { paymentId })
      return row === undefined ? undefined : paymentFromRow(session.codecs, row)
    },
    findByProviderId: async (key) => {
      const row = await paymentByProviderId.first(session, { ...key })
      return row === undefined ? undefined : paymentFromRow(session.codecs, row)
    },
    findByProviderIds: async ({ provider, providerPaymentIds }) => {
      const rows = await paymentsByProviderIds.all(session, { provider, ids: session.dialect.encodeList(providerPaymentIds) })
      return rows.map((row) => paymentFromRow(session.codecs, row))
    },
    ofOrder: ({ orderId }) => ofOrder(session, orderId),
    history: ({ paymentId }) => paymentHistory(session, paymentId),
    scan: ({ afterId, limit }) => scanPayments(session, afterId, limit),
    insert: ({ payment, history }) => insertPayment(session, payment, history),
    save: ({ payment, expectedVersion, history }) => savePayment(session, payment, expectedVersion, history),
    claimDue: ({ limit, leaseUntil }) => claimDue(session, limit, leaseUntil),
    schedule: async ({ paymentId, nextCheckAt }) => {
      await schedulePayment.run(session, { paymentId, nextCheckAt: encodeTime(session.codecs, nextCheckAt) })
    },
    refundsOfOrder: ({ orderId }) => refundsOfOrder(session, orderId),
    refundsOfPayments: ({ paymentIds }) => refundsOfPayments(session, paymentIds),
    queueRefund: (refund) => queueRefund(session, refund),
    insertRefund: (refund) => insertRefund(session, refund),
    saveRefund: ({ refund, expectedVersion }) => saveRefund(session, refund, expectedVersion),
    findRefund: ({ refundId }) => findRefund(session, refundId),
    claimDueRefunds: ({ limit, leaseUntil }) => claimDueRefunds(session, limit, leaseUntil),
    findDispute: (key) => findDispute(session, key),
    disputesOfOrder: ({ orderId }) => disputesOfOrder(session, orderId),
    insertDispute: (dispute) => insertDispute(session, dispute),
    saveDispute: ({ dispute, expectedVersion }) => saveDispute(session, dispute, expectedVersion),
  }
}

async function ofOrder(session: SqlSession, orderId: OrderId): Promise<readonly Payment[]> {
  const rows = await paymentsOfOrder.all(session, { orderId })
  return rows.map((row) => paymentFromRow(session.codecs, row))
}

async function paymentHistory(session: SqlSession, paymentId: PaymentId): Promise<readonly PaymentHistoryEntry[]> {
  const rows = await historyOfPayment.all(session, { paymentId })
  return rows.map((row) => paymentHistoryFromRow(session.codecs, row))
}

async function scanPayments(session: SqlSession, afterId: PaymentId | undefined, limit: number): Promise<readonly Payment[]> {
  let select = session.db.selectFrom('payments').selectAll()
  if (afterId !== undefined) select = select.where('id', '>', afterId)
  const rows = await select.orderBy('id').limit(limit).execute()
  return rows.map((row) => paymentFromRow(session.codecs, row))
}

async function insertPayment(session: SqlSession, payment: Payment, entry: PaymentHistoryEntry): Promise<void> {
  const { codecs } = session
  await insertWithHistory(session, { ...paymentToRow(codecs, payment) }, { history: [paymentHistoryToRow(codecs, entry)] })
}

async function savePayment(session: SqlSession, payment: Payment, expectedVersion: number, entry: PaymentHistoryEntry): Promise<'saved' | 'stale'> {
  const { codecs } = session
  const values = { ...paymentToRow(codecs, payment), expected_version: expectedVersion }
  return (await updatePayment(session, values, { history: [paymentHistoryToRow(codecs, entry)] })) ? 'saved' : 'stale'
}

/** The rows are locked, or the whole database is, before they are leased: a second worker waits, looks again and finds them no longer due. */
async function claimDue(session: SqlSession, limit: number, leaseUntil: Date): Promise<readonly Payment[]> {
  const { codecs, dialect } = session
  const rows = await duePayments.all(session, { now: codecs.time.encode(session.now), limit })
  if (rows.length === 0) return []
  await leasePayments.run(session, { ids: dialect.encodeList(rows.map((row) => row.id)), leaseUntil: codecs.time.encode(leaseUntil) })
  return rows.map((row) => ({ ...paymentFromRow(codecs, row), nextCheckAt: leaseUntil, checks: row.checks + 1 }))
}
