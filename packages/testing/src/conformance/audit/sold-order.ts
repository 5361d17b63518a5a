import type {
  AuditCheckResult,
  AuditParams,
  DomainEvent,
  EventId,
  Order,
  OrderHistoryEntry,
  Payment,
  PaymentHistoryEntry,
  ReservationId,
  Storage,
  StorageTransaction,
} from '@cartwright/core/ports'
import { anOrder, historyOf, ids } from '../fixtures.ts'
import { at, hour, minute, moment } from '../moments.ts'
import { aPayment, paymentHistoryOf } from '../payment/stored-payments.ts'
import { aClaim } from '../stock/stocked-shop.ts'

/** Audits `atMs` after the start, by default an hour, when whatever was left undone is overdue. */
export function audit(storage: Storage, params: Partial<AuditParams> = {}, atMs = hour): Promise<readonly AuditCheckResult[]> {
  return storage.snapshot(at(atMs), (snapshot) => snapshot.audit.run({ graceMs: 5 * minute, sampleLimit: 10, ...params }), { fresh: true })
}

/** The checks that found something. */
export async function violated(storage: Storage, ...params: [Partial<AuditParams>?, number?]): Promise<readonly string[]> {
  return (await audit(storage, ...params)).filter(({ violations }) => violations > 0).map(({ id }) => id)
}

/** How a sale departs from what the rules make of it. */
export interface SaleFault {
  readonly order?: Partial<Order>
  readonly payment?: Partial<Payment>
  /** Left out: the order is confirmed with no reservation. */
  readonly reserved?: boolean
  /** Left out: the steps have no events. */
  readonly events?: boolean
}

export interface Sale {
  readonly order: Order
  readonly payment: Payment
}

/** Sells two mugs: reserved, placed, paid and confirmed, each step with its history and event. `MUG-1` must be in stock. */
export async function sell(storage: Storage, fault: SaleFault = {}): Promise<Sale> {
  return storage.transaction(at(0), async (tx) => {
    const reservationId = fault.reserved === false ? null : ids.next<ReservationId>()
    const placed = anOrder({ reservationId, ...fault.order, status: 'pending', paymentStatus: 'none', version: 1, expiresAt: moment(15 * minute) })
    if (reservationId !== null) await hold(tx, reservationId, placed)
    const started = aPayment(placed, { idempotency: { scope: 'customer:1', operation: 'checkout.place', key: placed.id }, ...fault.payment })
    const first = [historyOf(placed), paymentHistoryOf(started)] as const
    await tx.orders.insert({ order: placed, history: first[0] })
    await tx.payments.insert({ payment: started, history: first[1] })

    const money = { status: 'captured', capturedMinor: 1300, providerPaymentId: `at-provider-${started.id}`, nextCheckAt: null } as const
    const payment: Payment = { ...started, ...money, ...fault.payment, version: 2 }
    const order: Order = { ...placed, status: 'confirmed', paymentStatus: 'paid', expiresAt: null, ...fault.order, version: 2 }
    const second = [historyOf(order, 'confirmed'), paymentHistoryOf(payment)] as const
    if (reservationId !== null) await tx.stock.commit({ reservationId })
    await tx.payments.save({ payment, expectedVersion: 1, history: second[1] })
    await tx.orders.save({ order, expectedVersion: 1, history: second[0] })
    if (fault.events !== false) await tx.outbox.append([...first, ...second].map(eventOf))
    return { order, payment }
  })
}

async function hold(tx: StorageTransaction, reservationId: ReservationId, order: Order): Promise<void> {
  const claims = [{ sku: 'MUG-1', quantity: 2 }]
  const held = await tx.stock.reserve(aClaim({ reservationId, holder: { type: 'order', id: order.id }, claims }))
  if (held.outcome !== 'held') throw new Error(`MUG-1 is not in stock: ${held.outcome}`)
}

/** The event that a history entry names. */
export function eventOf(entry: OrderHistoryEntry | PaymentHistoryEntry): DomainEvent {
  const subject = 'orderId' in entry ? { aggregateType: 'order', aggregateId: entry.orderId } : { aggregateType: 'payment', aggregateId: entry.paymentId }
  const topic = 'orderId' in entry ? 'order.updated' : 'payment.changed'
  return { id: entry.eventId as EventId, topic, ...subject, aggregateVersion: entry.version, payload: {}, occurredAt: entry.at } as unknown as DomainEvent
}

/** Leaves a key whose run was given up, one minute after the start. */
export function abandonKey(storage: Storage, key: string): Promise<unknown> {
  return storage.transaction(at(0), (tx) =>
    tx.idempotency.claim({ scope: 's', operation: 'o', key, fingerprint: 'f', lockedUntil: moment(minute), expiresAt: moment(24 * hour) }),
  )
}
