import type { Dispute, DisputeId, DisputeStatus, OrderId, PaymentId } from '@cartwright/core/ports'
import type { Selectable } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { decodeTime, encodeTime } from './payment-rows.ts'

type DisputeRow = Selectable<Tables['disputes']>

const insertDisputes = bulkInsert(
  'disputes',
  [
    'id',
    'payment_id',
    'order_id',
    'provider',
    'provider_dispute_id',
    'status',
    'amount_minor',
    'currency',
    'reason',
    'evidence_due_by',
    'created_at',
    'updated_at',
    'version',
  ],
  'ON CONFLICT (provider, provider_dispute_id) DO NOTHING',
)

const oneDispute = preparedQuery<{ provider: string; providerDisputeId: string }>()((db, param) =>
  db.selectFrom('disputes').selectAll().where('provider', '=', param('provider')).where('provider_dispute_id', '=', param('providerDisputeId')),
)

const ofOrder = preparedQuery<{ orderId: string }>()((db, param) =>
  db.selectFrom('disputes').selectAll().where('order_id', '=', param('orderId')).orderBy('created_at').orderBy('id'),
)

interface UpdateValues extends Record<string, unknown> {
  id: string
  status: string
  amountMinor: number
  evidenceDueBy: SqlTime | null
  updatedAt: SqlTime
  version: number
  expectedVersion: number
}

// Payment, order and provider's id stay as they were inserted.
const updateDispute = preparedQuery<UpdateValues>()((db, param) =>
  db
    .updateTable('disputes')
    .set({
      status: param('status'),
      amount_minor: param('amountMinor'),
      evidence_due_by: param('evidenceDueBy'),
      updated_at: param('updatedAt'),
      version: param('version'),
    })
    .where('id', '=', param('id'))
    .where('version', '=', param('expectedVersion')),
)

export async function findDispute(session: SqlSession, key: { provider: string; providerDisputeId: string }): Promise<Dispute | undefined> {
  const row = await oneDispute.first(session, { ...key })
  return row === undefined ? undefined : disputeFromRow(session.codecs, row)
}

export async function disputesOfOrder(session: SqlSession, orderId: OrderId): Promise<readonly Dispute[]> {
  const rows = await ofOrder.all(session, { orderId })
  return rows.map((row) => disputeFromRow(session.codecs, row))
}

export async function insertDispute(session: SqlSession, dispute: Dispute): Promise<'inserted' | 'exists'> {
  return (await insertDisputes(session, [disputeToRow(session.codecs, dispute)])) === 0 ? 'exists' : 'inserted'
}

export async function saveDispute(session: SqlSession, dispute: Dispute, expectedVersion: number): Promise<'saved' | 'stale'> {
  const { id, status, amountMinor, evidenceDueBy, updatedAt, version } = dispute
  const times = { evidenceDueBy: encodeTime(session.codecs, evidenceDueBy), updatedAt: session.codecs.time.encode(updatedAt) }
  return (await updateDispute.run(session, { id, status, amountMinor, version, expectedVersion, ...times })) === 0 ? 'stale' : 'saved'
}

function disputeToRow(codecs: SqlCodecs, dispute: Dispute): DisputeRow {
  return {
    id: dispute.id,
    payment_id: dispute.paymentId,
    order_id: dispute.orderId,
    provider: dispute.provider,
    provider_dispute_id: dispute.providerDisputeId,
    status: dispute.status,
    amount_minor: dispute.amountMinor,
    currency: dispute.currency,
    reason: dispute.reason,
    evidence_due_by: encodeTime(codecs, dispute.evidenceDueBy),
    created_at: codecs.time.encode(dispute.createdAt),
    updated_at: codecs.time.encode(dispute.updatedAt),
    version: dispute.version,
  }
}

function disputeFromRow(codecs: SqlCodecs, row: DisputeRow): Dispute {
  return {
    id: row.id as DisputeId,
    paymentId: row.payment_id as PaymentId,
    orderId: row.order_id as OrderId,
    provider: row.provider,
    providerDisputeId: row.provider_dispute_id,
    status: row.status as DisputeStatus,
    amountMinor: row.amount_minor,
    currency: row.currency,
    reason: row.reason,
    evidenceDueBy: decodeTime(codecs, row.evidence_due_by),
    createdAt: codecs.time.decode(row.created_at),
    updatedAt: codecs.time.decode(row.updated_at),
    version: row.version,
  }
}
