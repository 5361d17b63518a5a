import type {
  ActorRecord,
  Address,
  AppliedPromotion,
  CartId,
  CustomerId,
  DeliveryEstimate,
  EventId,
  Fulfilment,
  FulfilmentId,
  FulfilmentStatus,
  Order,
  OrderChange,
  OrderFulfilmentStatus,
  OrderHistoryEntry,
  OrderId,
  OrderLine,
  OrderLineId,
  OrderPaymentStatus,
  OrderStatus,
  ProductId,
  ReservationId,
  SoldComponent,
  TaxAmount,
  VariantId,
} from '@cartwright/core/ports'

import type { Insertable, Selectable } from 'kysely'
import type { SqlCodecs } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

export type OrderRow = Selectable<Tables['orders']>
export type OrderLineRow = Selectable<Tables['order_lines']>
export type OrderHistoryRow = Selectable<Tables['order_history']>
type FulfilmentRow = Selectable<Tables['fulfilments']>
type FulfilmentLineRow = Selectable<Tables['fulfilment_lines']>

export function orderToRow(codecs: SqlCodecs, order: Order): Insertable<Tables['orders']> {
  return {
    id: order.id,
    number: order.number,
    cart_id: order.cartId,
    customer_id: order.customerId,
    guest_token_hash: order.guestTokenHash,
    email: order.email,
    currency: order.currency,
    status: order.status,
    payment_status: order.paymentStatus,
    fulfilment_status: order.fulfilmentStatus,
    disputed: codecs.bool.encode(order.disputed),
    subtotal_minor: order.subtotalMinor,
    discount_minor: order.discountMinor,
    shipping_minor: order.shippingMinor,
    tax_minor: order.taxMinor,
    taxes: codecs.json.encode(order.taxes),
    tax_id: order.taxId,
    tax_exemption: order.taxExemption,
    total_minor: order.totalMinor,
    credit_minor: order.creditMinor,
    shipping_method: order.shippingMethod,
    shipping_label: order.shippingLabel,
    delivery_earliest: order.deliveryEstimate?.earliest ?? null,
    delivery_latest: order.deliveryEstimate?.latest ?? null,
    pickup_location: order.pickupLocation,
    adds_to_order_id: order.addsTo,
    shipping_address: codecs.json.encode(order.shippingAddress),
    billing_address: codecs.json.encode(order.billingAddress),
    promotions: order.promotions === undefined ? null : codecs.json.encode(order.promotions),
    reservation_id: order.reservationId,
    expires_at: order.expiresAt === null ? null : codecs.time.encode(order.expiresAt),
    placed_at: codecs.time.encode(order.placedAt),
    updated_at: codecs.time.encode(order.updatedAt),
    version: order.version,
  }
}

/** @param lines - of this order, by position. */
export function orderFromRow(codecs: SqlCodecs, row: OrderRow, lines: readonly OrderLineRow[]): Order {
  return {
    id: row.id as OrderId,
    number: row.number,
    cartId: row.cart_id as CartId,
    customerId: row.customer_id as CustomerId | null,
    guestTokenHash: row.guest_token_hash,
    email: row.email,
    currency: row.currency,
    status: row.status as OrderStatus,
    paymentStatus: row.payment_status as OrderPaymentStatus,
    fulfilmentStatus: row.fulfilment_status as OrderFulfilmentStatus,
    disputed: codecs.bool.decode(row.disputed),
    lines: lines.map((line) => lineFromRow(codecs, line)),
    subtotalMinor: row.subtotal_minor,
    discountMinor: row.discount_minor,
    shippingMinor: row.shipping_minor,
    taxMinor: row.tax_minor,
    taxes: row.taxes === null ? [] : codecs.json.decode<TaxAmount[]>(row.taxes),
    taxId: row.tax_id,
    taxExemption: row.tax_exemption,
    totalMinor: row.total_minor,
    creditMinor: row.credit_minor,
    shippingMethod: row.shipping_method,
    shippingLabel: row.shipping_label,
    deliveryEstimate: estimateOf(row),
    pickupLocation: row.pickup_location,
    addsTo: row.adds_to_order_id as OrderId | null,
    shippingAddress: codecs.json.decode<Address>(row.shipping_address),
    billingAddress: codecs.json.decode<Address>(row.billing_address),
    ...(row.promotions === null ? {} : { promotions: codecs.json.decode<AppliedPromotion[]>(row.promotions) }),
    reservationId: row.reservation_id as ReservationId | null,
    expiresAt: row.expires_at === null ? null : codecs.time.decode(row.expires_at),
    placedAt: codecs.time.decode(row.placed_at),
    updatedAt: codecs.time.decode(row.updated_at),
    version: row.version,
  }
}

function estimateOf({ delivery_earliest: earliest, delivery_latest: latest }: OrderRow): DeliveryEstimate | null {
  return earliest === null || latest === null ? null : { earliest, latest }
}

export function lineToRow(codecs: SqlCodecs, order: Order, line: OrderLine, position: number): Insertable<Tables['order_lines']> {
  return {
    id: line.id,
    order_id: order.id,
    position,
    sku: line.sku,
    variant_id: line.variantId,
    product_id: line.productId,
    title: line.title,
    options: codecs.json.encode(line.options),
    quantity: line.quantity,
    unit_minor: line.unitMinor,
    price_list: line.priceList,
    total_minor: line.totalMinor,
    discount_minor: line.discountMinor,
    tax_minor: line.taxMinor,
    included_tax_minor: line.includedTaxMinor,
    stock_tracked: codecs.bool.encode(line.stockTracked),
    fulfilled_quantity: line.fulfilledQuantity,
    cancelled_quantity: line.cancelledQuantity,
    refunded_quantity: line.refundedQuantity,
    returning_quantity: line.returningQuantity,
    components: line.components === undefined ? null : codecs.json.encode(line.components),
    available_from: line.availableFrom ?? null,
    expected_at: line.expectedAt ?? null,
  }
}

function lineFromRow(codecs: SqlCodecs, row: OrderLineRow): OrderLine {
  return {
    id: row.id as OrderLineId,
    sku: row.sku,
    variantId: row.variant_id as VariantId,
    productId: row.product_id as ProductId,
    title: row.title,
    options: codecs.json.decode<Record<string, string>>(row.options),
    quantity: row.quantity,
    unitMinor: row.unit_minor,
    priceList: row.price_list,
    totalMinor: row.total_minor,
    discountMinor: row.discount_minor,
    taxMinor: row.tax_minor,
    includedTaxMinor: row.included_tax_minor,
    stockTracked: codecs.bool.decode(row.stock_tracked),
    fulfilledQuantity: row.fulfilled_quantity,
    cancelledQuantity: row.cancelled_quantity,
    refundedQuantity: row.refunded_quantity,
    returningQuantity: row.returning_quantity,
    ...(row.components === null ? {} : { components: codecs.json.decode<SoldComponent[]>(row.components) }),
    ...(row.available_from === null ? {} : { availableFrom: row.available_from }),
    ...(row.expected_at === null ? {} : { expectedAt: row.expected_at }),
  }
}

export function historyToRow(codecs: SqlCodecs, entry: OrderHistoryEntry): Insertable<Tables['order_history']> {
  return {
    order_id: entry.orderId,
    version: entry.version,
    change: entry.change,
    status: entry.status,
    payment_status: entry.paymentStatus,
    fulfilment_status: entry.fulfilmentStatus,
    disputed: codecs.bool.encode(entry.disputed),
    event_id: entry.eventId,
    actor_type: entry.actor.type,
    actor_id: entry.actor.id,
    note: entry.note,
    fulfilment_id: entry.fulfilmentId,
    at: codecs.time.encode(entry.at),
  }
}

export function historyFromRow(codecs: SqlCodecs, row: OrderHistoryRow): OrderHistoryEntry {
  return {
    orderId: row.order_id as OrderId,
    version: row.version,
    change: row.change as OrderChange,
    status: row.status as OrderStatus,
    paymentStatus: row.payment_status as OrderPaymentStatus,
    fulfilmentStatus: row.fulfilment_status as OrderFulfilmentStatus,
    disputed: codecs.bool.decode(row.disputed),
    eventId: row.event_id as EventId,
    actor: { type: row.actor_type as ActorRecord['type'], id: row.actor_id },
    note: row.note,
    fulfilmentId: row.fulfilment_id as FulfilmentId | null,
    at: codecs.time.decode(row.at),
  }
}

export function fulfilmentToRow(codecs: SqlCodecs, fulfilment: Fulfilment): Insertable<Tables['fulfilments']> {
  return {
    id: fulfilment.id,
    order_id: fulfilment.orderId,
    status: fulfilment.status,
    carrier: fulfilment.carrier,
    tracking_number: fulfilment.trackingNumber,
    tracking_url: fulfilment.trackingUrl,
    shipped_at: codecs.time.encode(fulfilment.shippedAt),
    delivered_at: fulfilment.deliveredAt === null ? null : codecs.time.encode(fulfilment.deliveredAt),
    version: fulfilment.version,
  }
}

export function fulfilmentFromRow(codecs: SqlCodecs, row: FulfilmentRow, lines: readonly FulfilmentLineRow[]): Fulfilment {
  return {
    id: row.id as FulfilmentId,
    orderId: row.order_id as OrderId,
    status: row.status as FulfilmentStatus,
    lines: lines.map((line) => ({ orderLineId: line.order_line_id as OrderLineId, quantity: line.quantity })),
    carrier: row.carrier,
    trackingNumber: row.tracking_number,
    trackingUrl: row.tracking_url,
    shippedAt: codecs.time.decode(row.shipped_at),
    deliveredAt: row.delivered_at === null ? null : codecs.time.decode(row.delivered_at),
    version: row.version,
  }
}
