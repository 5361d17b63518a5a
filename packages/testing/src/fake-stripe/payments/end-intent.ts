import type { StripeBooks } from '../books/stripe-books.ts'
import type { PaymentIntent } from '../books/stripe-objects.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'
import { failAttempt, pay } from './confirm-intent.ts'
import { checkUnits } from './currency-rules.ts'
import { unexpectedState } from './intent-states.ts'
import { bookBalance } from './make-charge.ts'

/** Takes money that was held; what is not taken is let go. */
export function captureIntent(books: StripeBooks, intent: PaymentIntent, amount: number = intent.amount_capturable): void {
  if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'captured')
  if (amount < 1) throw invalidRequest('An amount is a positive integer.', { code: 'parameter_invalid_integer', param: 'amount_to_capture' })
  if (amount > intent.amount_capturable)
    throw invalidRequest(`${amount} is more than the ${intent.amount_capturable} that are held.`, { code: 'amount_too_large', param: 'amount_to_capture' })
  checkUnits(amount, intent.currency, 'amount_to_capture')
  const charge = books.latestCharge(intent)
  charge.captured = true
  charge.amount_captured = amount
  charge.amount_refunded = charge.amount - amount
  charge.balance_transaction = bookBalance(books, { ...charge, amount }, 'charge').id
  intent.status = 'succeeded'
  intent.amount_received = amount
  intent.amount_capturable = 0
  books.record('charge.captured', charge)
  books.changed(intent, 'payment_intent.succeeded')
}

const cancellable = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action', 'processing']

/** Ends an intent that has taken nothing, and lets go of what is held. */
export function cancelIntent(books: StripeBooks, intent: PaymentIntent, reason: string | null): void {
  if (!cancellable.includes(intent.status) || (intent.status === 'processing' && books.latestCharge(intent).status === 'pending'))
    throw unexpectedState(intent, 'canceled')
  const held = intent.status === 'requires_capture'
  intent.status = 'canceled'
  intent.canceled_at = books.seconds()
  intent.cancellation_reason = reason
  intent.amount_capturable = 0
  intent.next_action = null
  if (held) {
    const charge = books.latestCharge(intent)
    charge.refunded = true
    charge.amount_refunded = charge.amount
    books.record(reason === 'automatic' ? 'charge.expired' : 'charge.refunded', charge)
  }
  books.changed(intent, 'payment_intent.canceled')
}

/** The buyer has identified themselves, or could not. */
export function endAction(books: StripeBooks, intent: PaymentIntent, outcome: 'succeed' | 'fail'): void {
  if (intent.status !== 'requires_action' || intent.payment_method === null) throw new Error(`${intent.id} does not wait for its buyer; it is ${intent.status}`)
  const kept = books.method(intent.payment_method)
  if (outcome === 'fail') failAttempt(books, intent, kept, { code: 'payment_intent_authentication_failure', declineCode: null })
  else if (kept.behaviour.afterAction === 'declines') failAttempt(books, intent, kept, kept.behaviour.decline)
  else pay(books, intent, kept)
}

/** The bank behind a debit has made up its mind. */
export function endProcessing(books: StripeBooks, intent: PaymentIntent, outcome: 'succeed' | 'fail'): void {
  if (intent.status !== 'processing' || intent.payment_method === null) throw new Error(`${intent.id} is not being processed; it is ${intent.status}`)
  const charge = books.latestCharge(intent)
  if (outcome === 'fail') {
    const kept = books.method(intent.payment_method)
    failAttempt(books, intent, kept, kept.behaviour.decline, charge.id)
    return
  }
  charge.status = 'succeeded'
  charge.paid = true
  charge.captured = true
  charge.amount_captured = charge.amount
  charge.balance_transaction = bookBalance(books, { ...charge }, 'charge').id
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  books.record('charge.succeeded', charge)
  books.changed(intent, 'payment_intent.succeeded')
}
