import type { ProviderDispute, ProviderRefund } from '@cartwright/core/ports'
import { fromStripe } from './amounts.ts'
import { refundIdIn } from './metadata.ts'
import type { StripeDispute, StripeRefund } from './stripe-objects.ts'
import { answerableDisputes, statusOfDispute, statusOfRefund } from './stripe-states.ts'

/** A refund as core sees it, of a payment that is known by `providerPaymentId`. One in an unknown state is still on its way. */
export function refundOf(refund: StripeRefund, providerPaymentId: string): ProviderRefund {
  return {
    providerRefundId: refund.id,
    providerPaymentId,
    refundId: refundIdIn(refund.metadata),
    status: statusOfRefund[refund.status ?? 'pending'] ?? 'pending',
    amount: fromStripe(refund.amount, refund.currency),
    createdAt: new Date(refund.created * 1000),
  }
}

/** A dispute as core sees it. One in an unknown state is not over. */
export function disputeOf(dispute: StripeDispute, providerPaymentId: string): ProviderDispute {
  const dueBy = answerableDisputes.has(dispute.status) ? dispute.evidence_details.due_by : null
  return {
    providerDisputeId: dispute.id,
    providerPaymentId,
    status: statusOfDispute[dispute.status] ?? 'open',
    amount: fromStripe(dispute.amount, dispute.currency),
    reason: dispute.reason,
    evidenceDueBy: dueBy === null ? null : new Date(dueBy * 1000),
    createdAt: new Date(dispute.created * 1000),
  }
}

/** Stripe's own reasons, which ours are passed on as where they are the same. `fraudulent` also puts the card on Stripe's block list. */
const stripeReasons: ReadonlySet<string> = new Set(['duplicate', 'fraudulent', 'requested_by_customer'])

/** Our reason in Stripe's words; undefined for one that Stripe has no word for. */
export function reasonForStripe(reason: string | undefined): string | undefined {
  return reason !== undefined && stripeReasons.has(reason) ? reason : undefined
}
