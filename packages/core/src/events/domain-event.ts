import type { CreditChange, CreditStatus } from '../credit/credit.ts'
import type { EventId } from '../ids.ts'
import type { OrderStates } from '../orders/order.ts'
import type { DisputeStatus, PaymentStatus, RefundStatus } from '../payments/payment-machine.ts'
import type { ReturnStatus } from '../returns/return-machine.ts'
import type { ReviewStatus } from '../reviews/review-machine.ts'

/** What each topic carries. Ids and states only, never personal data: a consumer reads the rest through the API. */
export interface EventPayloads {
  'product.changed': { readonly handle: string; readonly change: 'created' | 'updated' | 'status' | 'price' | 'rating' }
  /** At some location these SKUs came to another band: in stock, low, out. */
  'stock.availability_changed': { readonly skus: readonly string[] }
  'stock.adjusted': { readonly sku: string; readonly locationId: string; readonly delta: number; readonly reason: string }
  'order.placed': OrderEventPayload
  'order.confirmed': OrderEventPayload
  'order.cancelled': OrderEventPayload
  'order.expired': OrderEventPayload
  'order.updated': OrderEventPayload
  /** Staff removed units or changed the address before all was shipped: whoever packs must look again. */
  'order.edited': OrderEventPayload
  /** Somebody is adding to an order that was not sent: whoever packs may wait for the addition, which is an order that tells of itself. */
  'order.added_to': OrderEventPayload & { readonly additionId: string }
  'order.shipped': OrderEventPayload & { readonly fulfilmentId: string }
  'order.delivered': OrderEventPayload & { readonly fulfilmentId: string }
  'customer.changed': { readonly customerId: string; readonly change: CustomerChange }
  'review.changed': { readonly reviewId: string; readonly productId: string; readonly status: ReviewStatus; readonly change: ReviewChange }
  'promotion.changed': { readonly promotionId: string; readonly change: PromotionChange }
  'payment.changed': { readonly paymentId: string; readonly orderId: string; readonly status: PaymentStatus }
  'refund.changed': {
    readonly refundId: string
    readonly paymentId: string
    readonly orderId: string
    readonly status: RefundStatus
    readonly amountMinor: number
    readonly currency: string
  }
  'dispute.changed': {
    readonly disputeId: string
    readonly paymentId: string
    readonly orderId: string
    readonly status: DisputeStatus
    readonly amountMinor: number
    readonly currency: string
  }
  'price_list.changed': { readonly priceListId: string; readonly code: string; readonly change: PriceListChange }
  'gift_card.changed': CreditEventPayload
  'store_credit.changed': CreditEventPayload
  'return.changed': { readonly returnId: string; readonly orderId: string; readonly status: ReturnStatus }
}

interface OrderEventPayload extends OrderStates {
  readonly orderId: string
  readonly number: string
  readonly totalMinor: number
  readonly currency: string
  /** The order that this one adds to; left out for an order of its own. */
  readonly addsTo?: string
}

/** A movement of the balance, or another status of the account, with which nothing moves. */
interface CreditEventPayload {
  readonly accountId: string
  readonly change: CreditChange | CreditStatus
  /** What the balance grew by; negative for what left it. */
  readonly amountMinor: number
  readonly currency: string
  /** The order that it paid or was given back by; else null. */
  readonly orderId: string | null
}

/** What became of a customer. */
export type CustomerChange = 'created' | 'updated' | 'addresses' | 'verified' | 'password' | 'groups' | 'orders_claimed' | 'erased'

/** What became of a review. */
export type ReviewChange = 'submitted' | 'edited' | 'withdrawn' | 'deleted' | 'moderated' | 'replied'

/** What became of a promotion or its codes. */
export type PromotionChange = 'created' | 'updated' | 'ended' | 'vouchers_added' | 'voucher_ended'

/** What became of a price list. */
export type PriceListChange = 'saved' | 'prices' | 'deleted'

export type Topic = keyof EventPayloads
export type AggregateType =
  | 'product'
  | 'stock'
  | 'order'
  | 'customer'
  | 'review'
  | 'promotion'
  | 'payment'
  | 'refund'
  | 'dispute'
  | 'return'
  | 'price_list'
  | 'gift_card'
  | 'store_credit'

/** A fact, written in the transaction that made it true. */
export type DomainEvent<T extends Topic = Topic> = {
  readonly [K in T]: {
    /** Unique; consumers deduplicate by it. */
    readonly id: EventId
    readonly topic: K
    readonly aggregateType: AggregateType
    readonly aggregateId: string
    /** Of the aggregate after the change; 0 where it has none. */
    readonly aggregateVersion: number
    readonly payload: EventPayloads[K]
    readonly occurredAt: Date
  }
}[T]
