import type { Dispute, DisputeId, Order, Payment, PaymentHistoryEntry, PaymentId, Refund, RefundId, Storage } from '@cartwright/core/ports'
import { ids } from '../fixtures.ts'
import { at, hour, minute, moment, start } from '../moments.ts'
import { insertedOrder } from '../order/stored-orders.ts'

export function aPayment(order: Order, overrides: Partial<Payment> = {}): Payment {
  return {
    id: ids.next<PaymentId>(),
    orderId: order.id,
    provider: 'fake',
    providerPaymentId: null,
    method: 'card_ok',
    capture: 'automatic',
    status: 'created',
    amountMinor: 1300,
    currency: 'USD',
    authorisedMinor: 0,
    capturedMinor: 0,
    declineCode: null,
    action: null,
    idempotency: { scope: 'customer:1', operation: 'checkout.place', key: 'key-1' },
    nextCheckAt: moment(minute),
    checks: 0,
    createdAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

/** The history entry that belongs to this version of a payment. */
export function paymentHistoryOf(payment: Payment): PaymentHistoryEntry {
  return {
    paymentId: payment.id,
    version: payment.version,
    status: payment.status,
    eventId: ids.next(),
    actor: { type: 'system', id: null },
    at: payment.updatedAt,
  }
}

export function aRefund(payment: Payment, overrides: Partial<Refund> = {}): Refund {
  return {
    id: ids.next<RefundId>(),
    paymentId: payment.id,
    orderId: payment.orderId,
    provider: payment.provider,
    providerRefundId: null,
    idempotencyKey: `refund:${payment.id}`,
    status: 'pending',
    amountMinor: 1300,
    currency: 'USD',
    reason: 'order cancelled',
    orderRefundId: null,
    nextAttemptAt: start,
    attempts: 0,
    createdAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

export function aDispute(payment: Payment, overrides: Partial<Dispute> = {}): Dispute {
  return {
    id: ids.next<DisputeId>(),
    paymentId: payment.id,
    orderId: payment.orderId,
    provider: 'fake',
    providerDisputeId: 'd-1',
    status: 'open',
    amountMinor: 1300,
    currency: 'USD',
    reason: 'fraudulent',
    evidenceDueBy: moment(7 * 24 * hour),
    createdAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

/** A payment of an order, which is a new one unless it is given. */
export async function insertedPayment(storage: Storage, overrides: Partial<Payment> = {}, order?: Order): Promise<Payment> {
  const payment = aPayment(order ?? (await insertedOrder(storage)), overrides)
  await storage.transaction(at(0), (tx) => tx.payments.insert({ payment, history: paymentHistoryOf(payment) }))
  return payment
}

export async function insertedRefund(storage: Storage, payment: Payment, overrides: Partial<Refund> = {}): Promise<Refund> {
  const refund = aRefund(payment, overrides)
  await storage.transaction(at(0), (tx) => tx.payments.insertRefund(refund))
  return refund
}

/** A payment of which all has been captured. */
export const captured = { status: 'captured', capturedMinor: 1300, providerPaymentId: 'p-1', nextCheckAt: null } as const satisfies Partial<Payment>

export function findPayment(storage: Storage, { id }: Payment): Promise<Payment | undefined> {
  return storage.snapshot(at(0), (snapshot) => snapshot.payments.find({ paymentId: id }), { fresh: true })
}
