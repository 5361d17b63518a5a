import type { OrderId, PaymentId, RefundId } from '@cartwright/core/ports'
import type { StripeMetadata } from './stripe-objects.ts'

/** The keys under which our ids stand in Stripe's metadata. They are part of what shops have stored at Stripe: never rename one. */
export const metadataKeys = {
  payment: 'cartwright_payment_id',
  order: 'cartwright_order_id',
  orderNumber: 'cartwright_order_number',
  refund: 'cartwright_refund_id',
  customer: 'cartwright_customer_id',
  /** `checkout` on the PaymentIntent of a hosted page, whose payment is known by the Checkout Session; `token` on one that was confirmed by the server. */
  flow: 'cartwright_flow',
} as const

export function paymentIdIn(metadata: StripeMetadata | null): PaymentId | null {
  return (metadata?.[metadataKeys.payment] as PaymentId | undefined) ?? null
}

export function orderIdIn(metadata: StripeMetadata | null): OrderId | null {
  return (metadata?.[metadataKeys.order] as OrderId | undefined) ?? null
}

export function refundIdIn(metadata: StripeMetadata | null): RefundId | null {
  return (metadata?.[metadataKeys.refund] as RefundId | undefined) ?? null
}

/** True for a PaymentIntent that belongs to a Checkout Session of ours. */
export function isHosted(metadata: StripeMetadata): boolean {
  return metadata[metadataKeys.flow] === 'checkout'
}

/** True for a PaymentIntent that is over once its one card has failed: the shop begins another payment for the next card. */
export function isForOneCard(metadata: StripeMetadata): boolean {
  return metadata[metadataKeys.flow] === 'token'
}
