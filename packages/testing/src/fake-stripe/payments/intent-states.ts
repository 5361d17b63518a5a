import type { PaymentIntent } from '../books/stripe-objects.ts'
import { invalidRequest, type StripeRefusal } from '../http/stripe-refusal.ts'

/** 400: the intent is in no state for this. The answer carries it as it is. */
export function unexpectedState(intent: PaymentIntent, what: string): StripeRefusal {
  const message = `A payment intent that is ${intent.status} cannot be ${what}.`
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', payment_intent: structuredClone(intent) })
}
