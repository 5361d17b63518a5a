import type { ActorRecord } from '../actor.ts'
import type { CartId, CustomerId, EventId, FulfilmentId, OrderId, OrderLineId, ReservationId } from '../ids.ts'
import type { Currency } from '../money/money.ts'

import type { DeliveryEstimate } from '../pricing/shipping-rates.ts'

import type { SoldLine } from '../pricing/stock-terms.ts'

import type { TaxAmount } from '../pricing/tax-calculator.ts'
import type { AppliedPromotion } from '../promotions/promotion.ts'

import type { Address } from './address.ts'
import type { FulfilmentStatus, OrderFulfilmentStatus, OrderPaymentStatus, OrderStatus } from './order-machine.ts'

/** A line as it was sold; later changes to the product do not touch it. */
export interface OrderLine extends SoldLine {
  readonly id: OrderLineId
  /** Units in shipments so far. */
  readonly fulfilledQuantity: number
  /** Units that were refunded before they were shipped: they never will be. */
  readonly cancelledQuantity: number
  /** Units whose price was given back, or forgone; the cancelled ones are among them. */
  readonly refundedQuantity: number
  /** Shipped units in a return that is not over yet. */
  readonly returningQuantity: number
}

/** A line of which nothing has been shipped, refunded or sent back. */
export const unmoved = { fulfilledQuantity: 0, cancelledQuantity: 0, refundedQuantity: 0, returningQuantity: 0 } as const

/** The four states of an order that have a history. */
export interface OrderStates {
  readonly status: OrderStatus
  readonly paymentStatus: OrderPaymentStatus
  readonly fulfilmentStatus: OrderFulfilmentStatus
  /** A chargeback is open: fulfilment and refunds wait. */
  readonly disputed: boolean
}

export interface Order extends OrderStates {
  readonly id: OrderId
  /** For people, e.g. `K7QX-29MF`. */
  readonly number: string
  readonly cartId: CartId
  /** The order that it adds to: it is of the same buyer, goes to the same place and is cancelled with it. Null for an order of its own. */
  readonly addsTo: OrderId | null
  readonly customerId: CustomerId | null
  readonly guestTokenHash: string | null
  readonly email: string | null
  readonly currency: Currency
  readonly lines: readonly OrderLine[]
  readonly subtotalMinor: number
  readonly discountMinor: number
  readonly shippingMinor: number
  /** Tax that is added: of the lines, and of shipping. */
  readonly taxMinor: number
  /** Each tax by name and rate, added or included. Empty when the tax calculator told only amounts. */
  readonly taxes: readonly TaxAmount[]
  /** The buyer's number with a tax authority; null for none. */
  readonly taxId: string | null
  /** Why the buyer paid no tax; null for who did. */
  readonly taxExemption: string | null
  /** subtotal − discount + shipping + tax. */
  readonly totalMinor: number
  /** What of the total gift cards and store credit have paid; payments are for the rest. */
  readonly creditMinor: number
  readonly shippingMethod: string
  readonly shippingLabel: string
  /** When it should arrive, or can be fetched, as the quote said; null where it did not. */
  readonly deliveryEstimate: DeliveryEstimate | null
  /** The code of the place where the buyer fetches it; null for what is sent. */
  readonly pickupLocation: string | null
  readonly shippingAddress: Address
  readonly billingAddress: Address
  /** What made it cheaper, as the quote had it; left out when nothing did. */
  readonly promotions?: readonly AppliedPromotion[]
  /** The reservation behind it; null when no line is stock-tracked. Changes when a late payment makes us reserve again. */
  readonly reservationId: ReservationId | null
  /** When a pending order is given up; null once it is not pending. */
  readonly expiresAt: Date | null
  readonly placedAt: Date
  readonly updatedAt: Date
  /** Grows by one with each change; `history` has one row per version. */
  readonly version: number
}

/** One step of an order's life. Row n takes it from version n − 1 to n. */
export interface OrderHistoryEntry extends OrderStates {
  readonly orderId: OrderId
  readonly version: number
  /** What happened, e.g. `placed`, `confirmed`, `shipped`. */
  readonly change: OrderChange
  /** The domain event written with it. */
  readonly eventId: EventId
  readonly actor: ActorRecord
  readonly note: string | null
  /** The parcel, for `shipped` and `delivered`; else null. */
  readonly fulfilmentId: FulfilmentId | null
  readonly at: Date
}

export type OrderChange =
  | 'placed'
  | 'payment_updated'
  | 'confirmed'
  | 'cancelled'
  | 'expired'
  | 'revived'
  | 'hold_extended'
  | 'shipped'
  | 'delivered'
  | 'refund_queued'
  | 'refunded'
  | 'disputed'
  | 'return_requested'
  | 'return_approved'
  | 'return_rejected'
  | 'return_received'
  | 'return_cancelled'
  | 'edited'
  | 'added_to'

/** A parcel: some units of some lines, on their way together. */
export interface Fulfilment {
  readonly id: FulfilmentId
  readonly orderId: OrderId
  readonly status: FulfilmentStatus
  readonly lines: readonly { readonly orderLineId: OrderLineId; readonly quantity: number }[]
  readonly carrier: string | null
  readonly trackingNumber: string | null
  readonly trackingUrl: string | null
  readonly shippedAt: Date
  readonly deliveredAt: Date | null
  readonly version: number
}

/** The one word a buyer is shown. */
export type DisplayStatus =
  | 'awaiting payment'
  | 'payment processing'
  | 'confirmed'
  | 'partly shipped'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'expired'
  | 'refunded'
  | 'under review'

export function displayStatus(states: OrderStates & Pick<Order, 'lines'>): DisplayStatus {
  if (states.disputed || states.paymentStatus === 'review') return 'under review'
  if (states.paymentStatus === 'refunded') return 'refunded'
  if (states.status === 'cancelled') return 'cancelled'
  if (states.status === 'expired') return 'expired'
  if (states.status === 'pending') return states.paymentStatus === 'pending' ? 'payment processing' : 'awaiting payment'
  if (states.fulfilmentStatus === 'none') return isEmptied(states) ? 'cancelled' : 'confirmed'
  return states.fulfilmentStatus === 'partial' ? 'partly shipped' : states.fulfilmentStatus
}

/** True when all its units were taken off before they were sent. */
export function isEmptied({ lines }: Pick<Order, 'lines'>): boolean {
  return lines.every(({ quantity, cancelledQuantity }) => quantity === cancelledQuantity)
}

/** What of an order's total payments are for, in minor units: what credit leaves. */
export function dueMinor({ totalMinor, creditMinor }: Pick<Order, 'totalMinor' | 'creditMinor'>): number {
  return totalMinor - creditMinor
}

/** True for the orders of which a cart can have one only. */
export function isLive(status: OrderStatus): boolean {
  return status !== 'cancelled' && status !== 'expired'
}
