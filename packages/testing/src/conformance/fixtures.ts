import { uuidV7Source } from '@cartwright/core'
import type {
  Cart,
  CartId,
  CustomerId,
  DomainEvent,
  EventId,
  Fulfilment,
  FulfilmentId,
  Location,
  LocationId,
  Order,
  OrderHistoryEntry,
  OrderId,
  OrderLine,
  OrderLineId,
} from '@cartwright/core/ports'
import { minute, moment, start } from './moments.ts'

export const ids = uuidV7Source()

export function aLocation(overrides: Partial<Location> = {}): Location {
  const id = ids.next<LocationId>()
  return { id, code: `location-${id}`, name: 'A warehouse', priority: 0, active: true, ...overrides }
}

export function aCart(overrides: Partial<Cart> = {}): Cart {
  return {
    id: ids.next<CartId>(),
    customerId: 'customer-1' as CustomerId,
    guestTokenHash: null,
    currency: 'USD',
    status: 'active',
    version: 1,
    lines: [],
    expiresAt: moment(60 * minute),
    createdAt: start,
    updatedAt: start,
    ...overrides,
  }
}

export function anOrderLine(overrides: Partial<OrderLine> = {}): OrderLine {
  return {
    id: ids.next<OrderLineId>(),
    sku: 'MUG-1',
    variantId: ids.next(),
    productId: ids.next(),
    title: 'Mug',
    options: { Colour: 'Blue' },
    quantity: 2,
    unitMinor: 500,
    priceList: 'club',
    totalMinor: 1000,
    discountMinor: 0,
    taxMinor: 0,
    includedTaxMinor: 0,
    stockTracked: true,
    fulfilledQuantity: 0,
    cancelledQuantity: 0,
    refundedQuantity: 0,
    returningQuantity: 0,
    ...overrides,
  }
}

export const address = { name: 'Ada Buyer', line1: '1 Main Street', city: 'Springfield', region: 'NY', postalCode: '12345', country: 'US' }

export function anOrder(overrides: Partial<Order> = {}): Order {
  const id = ids.next<OrderId>()
  return {
    id,
    number: id.slice(-9),
    cartId: ids.next<CartId>(),
    addsTo: null,
    customerId: 'customer-1' as CustomerId,
    guestTokenHash: null,
    email: 'ada@example.com',
    currency: 'USD',
    lines: [anOrderLine({ includedTaxMinor: 167 })],
    status: 'pending',
    paymentStatus: 'none',
    fulfilmentStatus: 'none',
    disputed: false,
    subtotalMinor: 1000,
    discountMinor: 0,
    shippingMinor: 300,
    taxMinor: 0,
    taxes: [{ name: 'VAT', rate: '20', taxableMinor: 1083, amountMinor: 217, included: true }],
    taxId: 'GB 123',
    taxExemption: null,
    totalMinor: 1300,
    creditMinor: 0,
    shippingMethod: 'standard',
    shippingLabel: 'Standard',
    deliveryEstimate: { earliest: '2026-01-05', latest: '2026-01-07' },
    pickupLocation: 'harbour',
    shippingAddress: address,
    billingAddress: address,
    reservationId: null,
    expiresAt: moment(15 * minute),
    placedAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

/** The history entry that belongs to this version of an order. */
export function historyOf(order: Order, change: OrderHistoryEntry['change'] = 'placed'): OrderHistoryEntry {
  return {
    orderId: order.id,
    version: order.version,
    change,
    status: order.status,
    paymentStatus: order.paymentStatus,
    fulfilmentStatus: order.fulfilmentStatus,
    disputed: order.disputed,
    eventId: ids.next<EventId>(),
    actor: { type: 'customer', id: 'customer-1' },
    note: null,
    fulfilmentId: null,
    at: order.updatedAt,
  }
}

export function aFulfilment(order: Order, overrides: Partial<Fulfilment> = {}): Fulfilment {
  return {
    id: ids.next<FulfilmentId>(),
    orderId: order.id,
    status: 'shipped',
    lines: order.lines.map((line) => ({ orderLineId: line.id, quantity: 1 })),
    carrier: 'Post',
    trackingNumber: 'T1',
    trackingUrl: null,
    shippedAt: start,
    deliveredAt: null,
    version: 1,
    ...overrides,
  }
}

/** A domain event about the stock of one SKU. */
export function anEvent(sku: string, overrides: { readonly occurredAt?: Date; readonly aggregateVersion?: number } = {}): DomainEvent<'stock.adjusted'> {
  return {
    id: ids.next<EventId>(),
    topic: 'stock.adjusted',
    aggregateType: 'stock',
    aggregateId: sku,
    aggregateVersion: 0,
    payload: { sku, locationId: ids.next<LocationId>(), delta: 1, reason: 'received' },
    occurredAt: start,
    ...overrides,
  }
}
