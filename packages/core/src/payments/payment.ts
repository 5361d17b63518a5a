import type { ActorRecord } from '../actor.ts'
import type { DisputeId, EventId, OrderId, OrderRefundId, PaymentId, RefundId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { DisputeStatus, PaymentStatus, RefundStatus } from './payment-machine.ts'
import type { NextAction } from './payment-provider.ts'

/** One attempt to pay one order. A declined card and the next card are two payments. */
export interface Payment {
  readonly id: PaymentId
  readonly orderId: OrderId
  readonly provider: string
  /** The provider's own id; null until it answered. */
  readonly providerPaymentId: string | null
  /** The provider's name for the card or account, as the caller passed it, e.g. `pm_…`. Never a card number. */
  readonly method: string
  readonly capture: 'automatic' | 'manual'
  readonly status: PaymentStatus
  readonly amountMinor: number
  readonly currency: Currency
  /** Authorised and not yet captured or voided. */
  readonly authorisedMinor: number
  readonly capturedMinor: number
  readonly declineCode: string | null
  /** What the buyer must do while `requires_action`. */
  readonly action: NextAction | null
  /** The idempotency key of the call that made it, so that the completer can finish that key. */
  readonly idempotency: { readonly scope: string; readonly operation: string; readonly key: string } | null
  /** When the completer looks at it next; null when nothing is open. */
  readonly nextCheckAt: Date | null
  readonly checks: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Grows by one with each change; its history has one row per version. */
  readonly version: number
}

export interface PaymentHistoryEntry {
  readonly paymentId: PaymentId
  readonly version: number
  readonly status: PaymentStatus
  readonly eventId: EventId
  readonly actor: ActorRecord
  readonly at: Date
}

/** Money on its way back. */
export interface Refund {
  readonly id: RefundId
  readonly paymentId: PaymentId
  readonly orderId: OrderId
  /** The payment's; `store_credit` when the money stayed with the shop and became the customer's store credit. */
  readonly provider: string
  readonly providerRefundId: string | null
  /** Unique per payment; also the key sent to the provider. `refund:<payment id>` for an automatic one, `provider:<its id there>` for one that was made at the provider. */
  readonly idempotencyKey: string
  readonly status: RefundStatus
  readonly amountMinor: number
  readonly currency: Currency
  readonly reason: string
  /** The decision of staff that it carries out; null for one that followed by itself, from a cancellation for instance, or was made at the provider. */
  readonly orderRefundId: OrderRefundId | null
  readonly nextAttemptAt: Date | null
  readonly attempts: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
}

/** A chargeback, and once it is lost, the record of that loss. While one is open its order neither ships nor refunds. */
export interface Dispute {
  readonly id: DisputeId
  readonly paymentId: PaymentId
  readonly orderId: OrderId
  /** The payment's. */
  readonly provider: string
  readonly providerDisputeId: string
  readonly status: DisputeStatus
  /** What the buyer's bank asks for, or has taken. */
  readonly amountMinor: number
  readonly currency: Currency
  /** The provider's code, e.g. `fraudulent`. */
  readonly reason: string
  /** Until when it can be answered, at the provider. */
  readonly evidenceDueBy: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
}

/** True while the provider may still take money for it without being asked again. */
export function isOpen(status: PaymentStatus): boolean {
  return status === 'created' || status === 'requires_action' || status === 'processing'
}

/** True while it stands behind its order with money. */
export function holdsMoney(status: PaymentStatus): boolean {
  return status === 'authorised' || status === 'captured'
}
