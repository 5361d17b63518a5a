import type { StripeBooks } from '../books/stripe-books.ts'
import type { Charge, Metadata, Refund } from '../books/stripe-objects.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'
import { checkUnits } from './currency-rules.ts'
import { bookBalance } from './make-charge.ts'

export interface RefundParams {
  readonly amount: number | undefined
  readonly reason: Refund['reason']
  readonly metadata: Metadata
}

/** Money that has come in and has not been promised back. */
function refundable(charge: Charge): number {
  return charge.amount - charge.amount_refunded
}

/** @throws StripeRefusal when this much cannot go back. */
export function makeRefund(books: StripeBooks, charge: Charge, { amount, reason, metadata }: RefundParams): Refund {
  const left = refundable(charge)
  if (charge.refunded || left === 0) throw invalidRequest(`The charge ${charge.id} has been refunded already.`, { code: 'charge_already_refunded' })
  if (charge.status !== 'succeeded' || !charge.captured)
    throw invalidRequest(`The charge ${charge.id} has taken nothing that could go back.`, { code: 'charge_not_refundable' })
  if (charge.dispute !== null && !books.dispute(charge.dispute).is_charge_refundable && books.dispute(charge.dispute).status !== 'won')
    throw invalidRequest(`The charge ${charge.id} is disputed.`, { code: 'charge_disputed' })
  const wanted = amount ?? left
  if (wanted < 1) throw invalidRequest('An amount is a positive integer.', { code: 'parameter_invalid_integer', param: 'amount' })
  if (wanted > left) throw invalidRequest(`${wanted} is more than the ${left} that can still be refunded.`, { code: 'amount_too_large', param: 'amount' })
  checkUnits(wanted, charge.currency)
  const refund: Refund = {
    id: books.identifiers.next('re'),
    object: 'refund',
    amount: wanted,
    balance_transaction: null,
    charge: charge.id,
    created: books.seconds(),
    currency: charge.currency,
    destination_details: { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
    metadata,
    payment_intent: charge.payment_intent,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: statusOf(books, charge),
    transfer_reversal: null,
  }
  refund.balance_transaction = bookBalance(books, { id: refund.id, amount: -wanted, currency: refund.currency }, 'refund').id
  books.addRefund(refund)
  setRefunded(charge, charge.amount_refunded + wanted)
  books.record('refund.created', refund)
  books.record('charge.refunded', charge)
  return refund
}

function statusOf(books: StripeBooks, charge: Charge): Refund['status'] {
  const wanted = books.refundsWait.get(charge.payment_intent)
  if (wanted !== undefined) return wanted
  return books.method(charge.payment_method).behaviour.refunds === 'pending' ? 'pending' : 'succeeded'
}

/** A refund that was on its way has arrived. */
export function settleRefund(books: StripeBooks, refund: Refund): void {
  if (refund.status !== 'pending' && refund.status !== 'requires_action') throw new Error(`${refund.id} is on no way; it is ${refund.status}`)
  refund.status = 'succeeded'
  changedRefund(books, refund)
}

/** The buyer's bank has sent the money back; that happens to refunds that had succeeded, too. */
export function failRefund(books: StripeBooks, refund: Refund): void {
  if (refund.status === 'failed' || refund.status === 'canceled') throw new Error(`${refund.id} is over; it is ${refund.status}`)
  refund.status = 'failed'
  refund.failure_reason = 'expired_or_canceled_card'
  giveBack(books, refund)
  books.record('refund.failed', refund)
  changedRefund(books, refund)
}

/** Calls off a refund that waits for its buyer. */
export function cancelRefund(books: StripeBooks, refund: Refund): void {
  if (refund.status !== 'requires_action') throw invalidRequest(`A refund that is ${refund.status} cannot be canceled.`, { code: 'intent_invalid_state' })
  refund.status = 'canceled'
  giveBack(books, refund)
  changedRefund(books, refund)
}

function giveBack(books: StripeBooks, refund: Refund): void {
  const charge = books.charge(refund.charge)
  setRefunded(charge, charge.amount_refunded - refund.amount)
  refund.failure_balance_transaction = bookBalance(books, refund, 'refund').id
}

function setRefunded(charge: Charge, amount: number): void {
  charge.amount_refunded = amount
  charge.refunded = amount === charge.amount
}

function changedRefund(books: StripeBooks, refund: Refund): void {
  books.record('refund.updated', refund)
  books.record('charge.refund.updated', refund)
}
