import type {
  ActorRecord,
  EventId,
  NextAction,
  OrderId,
  OrderRefundId,
  Payment,
  PaymentHistoryEntry,
  PaymentId,
  PaymentStatus,
  Refund,
  RefundId,
  RefundStatus,
} from '@cartwright/core/ports'
import type { Insertable, Selectable } from 'kysely'
import type { SqlCodecs, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

// Every column is written, those with a default too.
export type PaymentRow = Selectable<Tables['payments']>
export type RefundRow = Selectable<Tables['refunds']>
type PaymentHistoryRow = Selectable<Tables['payment_history']>

export function paymentToRow(codecs: SqlCodecs, payment: Payment): PaymentRow {
  return {
    id: payment.id,
    order_id: payment.orderId,
    provider: payment.provider,
    provider_payment_id: payment.providerPaymentId,
    method: payment.method,
    capture: payment.capture,
    status: payment.status,
    amount_minor: payment.amountMinor,
    currency: payment.currency,
    authorised_minor: payment.authorisedMinor,
    captured_minor: payment.capturedMinor,
    decline_code: payment.declineCode,
    action: payment.action === null ? null : codecs.json.encode(payment.action),
    idempotency_scope: payment.idempotency?.scope ?? null,
    idempotency_operation: payment.idempotency?.operation ?? null,
    idempotency_key: payment.idempotency?.key ?? null,
    next_check_at: encodeTime(codecs, payment.nextCheckAt),
    checks: payment.checks,
    created_at: codecs.time.encode(payment.createdAt),
    updated_at: codecs.time.encode(payment.updatedAt),
    version: payment.version,
  }
}

export function paymentFromRow(codecs: SqlCodecs, row: PaymentRow): Payment {
  return {
    id: row.id as PaymentId,
    orderId: row.order_id as OrderId,
    provider: row.provider,
    providerPaymentId: row.provider_payment_id,
    method: row.method,
    capture: row.capture as Payment['capture'],
    status: row.status as PaymentStatus,
    amountMinor: row.amount_minor,
    currency: row.currency,
    authorisedMinor: row.authorised_minor,
    capturedMinor: row.captured_minor,
    declineCode: row.decline_code,
    action: row.action === null ? null : codecs.json.decode<NextAction>(row.action),
    idempotency: idempotencyOf(row),
    nextCheckAt: decodeTime(codecs, row.next_check_at),
    checks: row.checks,
    createdAt: codecs.time.decode(row.created_at),
    updatedAt: codecs.time.decode(row.updated_at),
    version: row.version,
  }
}

function idempotencyOf(row: PaymentRow): Payment['idempotency'] {
  const { idempotency_scope: scope, idempotency_operation: operation, idempotency_key: key } = row
  return scope === null || operation === null || key === null ? null : { scope, operation, key }
}

export function paymentHistoryToRow(codecs: SqlCodecs, entry: PaymentHistoryEntry): Insertable<Tables['payment_history']> {
  return {
    payment_id: entry.paymentId,
    version: entry.version,
    status: entry.status,
    event_id: entry.eventId,
    actor_type: entry.actor.type,
    actor_id: entry.actor.id,
    at: codecs.time.encode(entry.at),
  }
}

export function paymentHistoryFromRow(codecs: SqlCodecs, row: PaymentHistoryRow): PaymentHistoryEntry {
  return {
    paymentId: row.payment_id as PaymentId,
    version: row.version,
    status: row.status as PaymentStatus,
    eventId: row.event_id as EventId,
    actor: { type: row.actor_type as ActorRecord['type'], id: row.actor_id },
    at: codecs.time.decode(row.at),
  }
}

export function refundToRow(codecs: SqlCodecs, refund: Refund): RefundRow {
  return {
    id: refund.id,
    payment_id: refund.paymentId,
    order_id: refund.orderId,
    provider: refund.provider,
    provider_refund_id: refund.providerRefundId,
    idempotency_key: refund.idempotencyKey,
    status: refund.status,
    amount_minor: refund.amountMinor,
    currency: refund.currency,
    reason: refund.reason,
    order_refund_id: refund.orderRefundId,
    next_attempt_at: encodeTime(codecs, refund.nextAttemptAt),
    attempts: refund.attempts,
    created_at: codecs.time.encode(refund.createdAt),
    updated_at: codecs.time.encode(refund.updatedAt),
    version: refund.version,
  }
}

export function refundFromRow(codecs: SqlCodecs, row: RefundRow): Refund {
  return {
    id: row.id as RefundId,
    paymentId: row.payment_id as PaymentId,
    orderId: row.order_id as OrderId,
    provider: row.provider,
    providerRefundId: row.provider_refund_id,
    idempotencyKey: row.idempotency_key,
    status: row.status as RefundStatus,
    amountMinor: row.amount_minor,
    currency: row.currency,
    reason: row.reason,
    orderRefundId: row.order_refund_id as OrderRefundId | null,
    nextAttemptAt: decodeTime(codecs, row.next_attempt_at),
    attempts: row.attempts,
    createdAt: codecs.time.decode(row.created_at),
    updatedAt: codecs.time.decode(row.updated_at),
    version: row.version,
  }
}

export function encodeTime(codecs: SqlCodecs, value: Date | null): SqlTime | null {
  return value === null ? null : codecs.time.encode(value)
}

export function decodeTime(codecs: SqlCodecs, value: SqlTime | null): Date | null {
  return value === null ? null : codecs.time.decode(value)
}
