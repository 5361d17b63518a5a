import type { ProviderDispute, ProviderPaymentStatus, ProviderRefund } from '@cartwright/core/ports'

/**
 * What the states of a PaymentIntent are to us. One that waits for a method waits for the buyer, also after a card was declined: whoever holds its client secret can
 * still pay with another, so it is dead only once it is canceled. (One for a single card is canceled as soon as it is seen to have failed.)
 */
export const statusOfIntent: Readonly<Record<string, ProviderPaymentStatus>> = {
  requires_payment_method: 'requires_action',
  requires_confirmation: 'requires_action',
  requires_action: 'requires_action',
  processing: 'processing',
  requires_capture: 'requires_capture',
  succeeded: 'succeeded',
  canceled: 'canceled',
}

/** What the states of a Checkout Session are to us; `of_intent` where its PaymentIntent tells. */
export const statusOfSession: Readonly<Record<string, ProviderPaymentStatus | 'of_intent'>> = {
  open: 'requires_action',
  complete: 'of_intent',
  expired: 'canceled',
}

/** `requires_action` waits for the buyer's bank details, and `canceled` never reached the buyer. A refund without a state has not been worked on yet. */
export const statusOfRefund: Readonly<Record<string, ProviderRefund['status']>> = {
  pending: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
}

/** A `warning_` is an inquiry that takes no money yet; `prevented` was settled before it became a chargeback; an appeal opens a lost one again. */
export const statusOfDispute: Readonly<Record<string, ProviderDispute['status']>> = {
  warning_needs_response: 'open',
  warning_under_review: 'open',
  needs_response: 'open',
  under_review: 'open',
  appeal_needs_response: 'open',
  appeal_under_review: 'open',
  warning_closed: 'won',
  prevented: 'won',
  won: 'won',
  lost: 'lost',
}

/** The states in which the shop can still answer a dispute. */
export const answerableDisputes: ReadonlySet<string> = new Set(['warning_needs_response', 'needs_response', 'appeal_needs_response'])
