import { sqliteStorage } from '@cartwright/adapters-sqlite'
import {
  type AuditCheckResult,
  type CartId,
  type CustomerId,
  type DomainEvent,
  type EventId,
  type FulfilmentId,
  type LocationId,
  type Order,
  type OrderChange,
  type OrderHistoryEntry,
  type OrderId,
  type OrderLine,
  type OrderLineId,
  type Payment,
  type PaymentHistoryEntry,
  type PaymentId,
  type PaymentStatus,
  type ProductId,
  type Refund,
  type RefundId,
  type ReservationId,
  type Storage,
  type StorageTransaction,
  stockUnits,
  type VariantId,
} from '@cartwright/core/ports'
import Database from 'better-sqlite3'

export const system = { type: 'system', id: null } as const
export const mainLocation = '00000000-0000-7000-8000-00000000000a' as LocationId

let ids = 0
/** A fresh id; ids of one test run are ordered as they were made. */
export function nextId<Id extends string>(): Id {
  ids += 1
  return `00000000-0000-7000-9000-${ids.toString().padStart(12, '0')}` as Id
}

const openedAt = new Date('2026-01-01T00:00:00Z')
export const minutes = (count: number): Date => new Date(openedAt.getTime() + count * 60_000)

/** A storage over one in-memory database, and a handle on the same database for what no store would do. */
export interface OpenShop {
  readonly storage: Storage
  readonly raw: Database.Database
  at<T>(time: Date, work: (tx: StorageTransaction) => Promise<T>): Promise<T>
  audit(time: Date): Promise<readonly AuditCheckResult[]>
}

/** @param copy - a database made by `raw.serialize()`; an empty, migrated one by default. */
export async function openShop(copy?: Buffer): Promise<OpenShop> {
  const raw = new Database(copy ?? ':memory:')
  const storage = sqliteStorage({ database: raw })
  if (copy === undefined) await storage.migrations.up()
  return {
    storage,
    raw,
    at: (time, work) => storage.transaction({ source: 'value', at: time }, work),
    audit: (time) => storage.snapshot({ source: 'value', at: time }, (snapshot) => snapshot.audit.run({ graceMs: 5 * 60_000, sampleLimit: 3 })),
  }
}

/** Sells 10 minor units a piece: `SKU-A`, `SKU-B` and `SKU-C` from stock, `FILE` without. */
export function orderLine(sku: string, quantity: number): OrderLine {
  return {
    id: nextId<OrderLineId>(),
    sku,
    variantId: nextId<VariantId>(),
    productId: nextId<ProductId>(),
    title: sku,
    options: { Size: 'M' },
    quantity,
    unitMinor: 10,
    priceList: null,
    totalMinor: 10 * quantity,
    discountMinor: 0,
    taxMinor: 0,
    includedTaxMinor: 0,
    stockTracked: sku !== 'FILE',
    fulfilledQuantity: 0,
    cancelledQuantity: 0,
    refundedQuantity: 0,
    returningQuantity: 0,
  }
}

const address = { name: 'Ada', line1: '1 Main St', city: 'Zurich', postalCode: '8001', country: 'CH' }

export function pendingOrder(now: Date, lines: readonly OrderLine[], patch: Partial<Order> = {}): Order {
  const subtotalMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0)
  const id = nextId<OrderId>()
  return {
    id,
    number: `NUM-${id.slice(-4)}`,
    cartId: nextId<CartId>(),
    addsTo: null,
    customerId: 'ada' as CustomerId,
    guestTokenHash: null,
    email: 'ada@example.com',
    currency: 'USD',
    status: 'pending',
    paymentStatus: 'pending',
    fulfilmentStatus: 'none',
    disputed: false,
    lines,
    subtotalMinor,
    discountMinor: 0,
    shippingMinor: 5,
    taxMinor: 2,
    taxes: [],
    taxId: null,
    taxExemption: null,
    totalMinor: subtotalMinor + 7,
    creditMinor: 0,
    shippingMethod: 'standard',
    shippingLabel: 'Standard',
    deliveryEstimate: null,
    pickupLocation: null,
    shippingAddress: address,
    billingAddress: address,
    reservationId: null,
    expiresAt: new Date(now.getTime() + 15 * 60_000),
    placedAt: now,
    updatedAt: now,
    version: 1,
    ...patch,
  }
}

export function orderStep(order: Order, change: OrderChange, fulfilmentId: FulfilmentId | null = null): OrderHistoryEntry {
  const { id: orderId, version, status, paymentStatus, fulfilmentStatus, disputed, updatedAt: at } = order
  return {
    orderId,
    version,
    change,
    status,
    paymentStatus,
    fulfilmentStatus,
    disputed,
    eventId: nextId<EventId>(),
    actor: system,
    note: null,
    fulfilmentId,
    at,
  }
}

export function createdPayment(now: Date, order: Order, patch: Partial<Payment> = {}): Payment {
  const id = nextId<PaymentId>()
  return {
    id,
    orderId: order.id,
    provider: 'fake',
    providerPaymentId: null,
    method: 'card_ok',
    capture: 'automatic',
    status: 'created',
    amountMinor: order.totalMinor - order.creditMinor,
    currency: order.currency,
    authorisedMinor: 0,
    capturedMinor: 0,
    declineCode: null,
    action: null,
    idempotency: { scope: 'customer:ada', operation: 'checkout.place', key: id },
    nextCheckAt: new Date(now.getTime() + 30_000),
    checks: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...patch,
  }
}

export function paymentStep(payment: Payment): PaymentHistoryEntry {
  return { paymentId: payment.id, version: payment.version, status: payment.status, eventId: nextId<EventId>(), actor: system, at: payment.updatedAt }
}

/** The event that goes with a step. */
export function eventOf(step: OrderHistoryEntry | PaymentHistoryEntry): DomainEvent {
  const orderId = 'orderId' in step ? step.orderId : ''
  const event = { id: step.eventId, aggregateVersion: step.version, occurredAt: step.at }
  if ('paymentId' in step) {
    const { paymentId, status } = step
    return { ...event, topic: 'payment.changed', aggregateType: 'payment', aggregateId: paymentId, payload: { paymentId, orderId, status } }
  }
  const { status, paymentStatus, fulfilmentStatus, disputed } = step
  const payload = { orderId, number: '', totalMinor: 0, currency: 'USD', status, paymentStatus, fulfilmentStatus, disputed }
  return { ...event, topic: 'order.updated', aggregateType: 'order', aggregateId: orderId, payload }
}

/** Puts an order, its hold and its first payment into the shop. */
export async function placeOrder(tx: StorageTransaction, lines: readonly OrderLine[]): Promise<{ order: Order; payment: Payment }> {
  const claims = lines.flatMap((line) => stockUnits(line))
  const order = pendingOrder(tx.now, lines, { reservationId: claims.length === 0 ? null : nextId<ReservationId>() })
  if (order.reservationId !== null && order.expiresAt !== null) {
    await tx.stock.reserve({ reservationId: order.reservationId, holder: { type: 'order', id: order.id }, claims, expiresAt: order.expiresAt })
  }
  const payment = createdPayment(tx.now, order)
  const steps = [orderStep(order, 'placed'), paymentStep(payment)] as const
  await tx.orders.insert({ order, history: steps[0] })
  await tx.payments.insert({ payment, history: steps[1] })
  await tx.outbox.append(steps.map(eventOf))
  return { order, payment }
}

export async function moveOrder(
  tx: StorageTransaction,
  order: Order,
  change: OrderChange,
  patch: Partial<Order>,
  fulfilmentId: FulfilmentId | null = null,
): Promise<Order> {
  const status = patch.status ?? order.status
  const after = { ...order, ...patch, expiresAt: status === 'pending' ? order.expiresAt : null, updatedAt: tx.now, version: order.version + 1 }
  const step = orderStep(after, change, fulfilmentId)
  const saved = await tx.orders.save({ order: after, expectedVersion: order.version, history: step })
  if (saved !== 'saved') throw new Error(`order ${saved}`)
  await tx.outbox.append([eventOf(step)])
  return after
}

export async function movePayment(tx: StorageTransaction, payment: Payment, status: PaymentStatus, patch: Partial<Payment> = {}): Promise<Payment> {
  const after = { ...payment, status, nextCheckAt: null, providerPaymentId: `pay-${payment.id}`, ...patch, updatedAt: tx.now, version: payment.version + 1 }
  const step = paymentStep(after)
  const saved = await tx.payments.save({ payment: after, expectedVersion: payment.version, history: step })
  if (saved !== 'saved') throw new Error(`payment ${saved}`)
  await tx.outbox.append([eventOf(step)])
  return after
}

/** Ships some units of each line in one parcel. */
export async function shipOrder(
  tx: StorageTransaction,
  order: Order,
  units: number,
  status: 'partial' | 'shipped',
): Promise<{ order: Order; fulfilmentId: FulfilmentId }> {
  const fulfilmentId = nextId<FulfilmentId>()
  const parts = order.lines.map((line) => ({ line, quantity: Math.min(units, line.quantity) }))
  const parcel = {
    id: fulfilmentId,
    orderId: order.id,
    status: 'shipped',
    carrier: 'Post',
    trackingNumber: '1',
    trackingUrl: null,
    shippedAt: tx.now,
    deliveredAt: null,
    version: 1,
  } as const
  await tx.orders.insertFulfilment({ ...parcel, lines: parts.map(({ line, quantity }) => ({ orderLineId: line.id, quantity })) })
  const tracked = parts.flatMap(({ line, quantity }) => stockUnits(line, quantity))
  if (order.reservationId !== null) {
    await tx.stock.consume({ reservationId: order.reservationId, lines: tracked, referenceId: fulfilmentId, nextEntryId: () => nextId<string>() })
  }
  const lines = parts.map(({ line, quantity }) => ({ ...line, fulfilledQuantity: quantity }))
  return { order: await moveOrder(tx, order, 'shipped', { fulfilmentStatus: status, lines }, fulfilmentId), fulfilmentId }
}

export async function queueRefund(tx: StorageTransaction, payment: Payment, patch: Partial<Refund> = {}): Promise<RefundId> {
  const id = nextId<RefundId>()
  await tx.payments.insertRefund({
    id,
    paymentId: payment.id,
    orderId: payment.orderId,
    provider: payment.provider,
    providerRefundId: `refund-${id}`,
    idempotencyKey: `refund:${payment.id}`,
    status: 'pending',
    amountMinor: payment.capturedMinor,
    currency: payment.currency,
    reason: 'cancelled',
    orderRefundId: null,
    nextAttemptAt: tx.now,
    attempts: 0,
    createdAt: tx.now,
    updatedAt: tx.now,
    version: 1,
    ...patch,
  })
  return id
}
