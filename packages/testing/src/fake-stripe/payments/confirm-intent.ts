import type { StripeBooks } from '../books/stripe-books.ts'
import type { KeptMethod, NextAction, PaymentIntent, StripeErrorBody } from '../books/stripe-objects.ts'
import { invalidRequest, StripeRefusal } from '../http/stripe-refusal.ts'
import { declineMessage } from './decline-message.ts'
import { openDispute } from './dispute-life.ts'
import { unexpectedState } from './intent-states.ts'
import { bookBalance, makeCharge } from './make-charge.ts'
import type { CardDecline } from './test-methods.ts'

export interface ConfirmOptions {
  readonly offSession: boolean
  readonly errorOnRequiresAction: boolean
  readonly returnUrl: string | undefined
  readonly useStripeSdk: boolean
  /** Where the fake listens: part of the page a buyer is sent to. */
  readonly pageUrl: string
}

const needsBuyer: CardDecline = { code: 'authentication_required', declineCode: 'authentication_required' }

/** One attempt to pay. @throws StripeRefusal 402 when it is declined: the intent is then open to another method. */
export function confirmIntent(books: StripeBooks, intent: PaymentIntent, options: ConfirmOptions): void {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) throw unexpectedState(intent, 'confirmed')
  if (intent.payment_method === null)
    throw invalidRequest('The payment intent has no payment method to confirm it with.', { code: 'payment_intent_unexpected_state', payment_intent: intent })
  checkReturnUrl(intent, options)
  const kept = books.method(intent.payment_method)
  intent.next_action = null
  intent.last_payment_error = null
  const { behaviour } = kept
  const answer = options.offSession ? behaviour.offSession : behaviour.onSession
  if (answer === 'declines') decline(books, intent, kept, behaviour.decline)
  const refusesToWait = answer === 'asks' && options.errorOnRequiresAction
  if (answer === 'needs_buyer' || (answer === 'needs_set_up' && !kept.setUp) || refusesToWait) decline(books, intent, kept, needsBuyer)
  if (answer === 'processes') process(books, intent, kept)
  else if (answer === 'asks') ask(books, intent, options)
  else pay(books, intent, kept)
}

/** Methods chosen in the dashboard may send the buyer away, so Stripe wants to know where to send them back to. */
function checkReturnUrl(intent: PaymentIntent, { returnUrl, useStripeSdk }: ConfirmOptions): void {
  const mayRedirect = intent.automatic_payment_methods?.enabled === true && intent.automatic_payment_methods.allow_redirects === 'always'
  if (!mayRedirect || returnUrl !== undefined || useStripeSdk) return
  throw invalidRequest('A return_url is needed, or automatic_payment_methods with allow_redirects: never.', { param: 'return_url' })
}

/** Money moves, or is held. */
export function pay(books: StripeBooks, intent: PaymentIntent, kept: KeptMethod): void {
  kept.used = true
  intent.next_action = null
  if (intent.capture_method === 'manual') {
    const charge = makeCharge(books, intent, kept, 'authorised')
    intent.status = 'requires_capture'
    intent.amount_capturable = intent.amount
    keepMethod(books, intent, kept)
    books.record('charge.succeeded', charge)
    books.changed(intent, 'payment_intent.amount_capturable_updated')
    return
  }
  const charge = makeCharge(books, intent, kept, 'succeeded')
  const settle = (): void => {
    charge.balance_transaction = bookBalance(books, charge, 'charge').id
  }
  if (intent.capture_method === 'automatic') settle()
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  keepMethod(books, intent, kept)
  books.record('charge.succeeded', charge)
  books.changed(intent, 'payment_intent.succeeded')
  if (charge.balance_transaction === null) {
    settle()
    books.record('charge.updated', charge, { balance_transaction: null })
  }
  if (kept.behaviour.dispute !== null) openDispute(books, charge, kept.behaviour.dispute)
}

/** The bank takes days. */
function process(books: StripeBooks, intent: PaymentIntent, kept: KeptMethod): void {
  if (intent.capture_method === 'manual')
    throw invalidRequest(`${kept.method.type} cannot be captured later.`, { code: 'payment_intent_invalid_parameter', param: 'capture_method' })
  kept.used = true
  const charge = makeCharge(books, intent, kept, 'pending')
  intent.status = 'processing'
  keepMethod(books, intent, kept)
  books.record('charge.pending', charge)
  books.changed(intent, 'payment_intent.processing')
}

/** The buyer has to identify themselves. */
function ask(books: StripeBooks, intent: PaymentIntent, options: ConfirmOptions): void {
  intent.status = 'requires_action'
  intent.next_action = nextAction(books, intent, options)
  books.changed(intent, 'payment_intent.requires_action')
}

/** Where the buyer goes: away and back if there is a way back, else into Stripe's browser library. */
export function nextAction(books: StripeBooks, intent: { readonly id: string }, options: Pick<ConfirmOptions, 'returnUrl' | 'pageUrl'>): NextAction {
  if (options.returnUrl === undefined) {
    const use_stripe_sdk = { type: 'three_d_secure_redirect', source: books.identifiers.next('src'), stripe_js: `${options.pageUrl}/authenticate/${intent.id}` }
    return { type: 'use_stripe_sdk', use_stripe_sdk }
  }
  const redirect_to_url = { url: `${options.pageUrl}/authenticate/${intent.id}`, return_url: options.returnUrl }
  return { type: 'redirect_to_url', redirect_to_url }
}

/** @throws StripeRefusal 402, always. */
function decline(books: StripeBooks, intent: PaymentIntent, kept: KeptMethod, reason: CardDecline): never {
  failAttempt(books, intent, kept, reason)
  const { payment_method: _method, ...error } = intent.last_payment_error as StripeErrorBody
  throw new StripeRefusal(402, { ...error, payment_intent: structuredClone(intent), payment_method: structuredClone(kept.method) })
}

/** Ends an attempt: the intent waits for another way to pay. */
export function failAttempt(books: StripeBooks, intent: PaymentIntent, kept: KeptMethod, reason: CardDecline, chargeId?: string): void {
  const charge = chargeId === undefined ? makeCharge(books, intent, kept, reason) : books.charge(chargeId)
  charge.status = 'failed'
  charge.paid = false
  charge.captured = false
  charge.failure_code = reason.code
  charge.failure_message = declineMessage(reason.code)
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  intent.next_action = null
  intent.last_payment_error = {
    type: kept.method.type === 'card' ? 'card_error' : 'invalid_request_error',
    code: reason.code,
    ...(reason.declineCode === null ? {} : { decline_code: reason.declineCode }),
    message: declineMessage(reason.code),
    charge: charge.id,
    payment_method: structuredClone(kept.method),
  }
  books.record('charge.failed', charge)
  books.changed(intent, 'payment_intent.payment_failed')
}

/** A method that is to be used again belongs to the customer from now on. */
function keepMethod(books: StripeBooks, intent: Pick<PaymentIntent, 'customer' | 'setup_future_usage'>, kept: KeptMethod): void {
  if (intent.setup_future_usage === null) return
  if (intent.setup_future_usage === 'off_session') kept.setUp = true
  if (intent.customer === null || kept.method.customer === intent.customer) return
  kept.method.customer = intent.customer
  books.record('payment_method.attached', kept.method)
}
