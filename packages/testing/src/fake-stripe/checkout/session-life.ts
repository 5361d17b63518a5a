import type { CheckoutSession } from '../books/checkout-session.ts'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { PaymentIntent } from '../books/stripe-objects.ts'
import { StripeRefusal } from '../http/stripe-refusal.ts'
import { createIntent } from '../payments/make-intent.ts'

/** Nobody can pay through it any more. */
export function expireSession(books: StripeBooks, session: CheckoutSession): void {
  session.status = 'expired'
  session.url = null
  books.record('checkout.session.expired', session)
}

/** Ends the sessions whose time is over. */
export function expireDueSessions(books: StripeBooks): void {
  for (const session of books.sessions.values()) if (session.status === 'open' && session.expires_at <= books.seconds()) expireSession(books, session)
}

/**
 * The buyer pays on Stripe's page.
 *
 * @param method - a test payment method. Declined, the session stays open, as it does on the page.
 * @returns the payment intent that was made, whatever became of it.
 */
export function payOnPage(books: StripeBooks, session: CheckoutSession, method: string, pageUrl: string): PaymentIntent {
  if (session.status !== 'open') throw new Error(`${session.id} is not open; it is ${session.status}`)
  const data = books.sessionIntents.get(session.id) ?? {}
  try {
    createIntent(
      books,
      {
        ...data,
        amount: session.amount_total,
        currency: session.currency,
        ...(session.customer === null ? {} : { customer: session.customer }),
        payment_method: method,
        confirm: true,
      },
      ['card', 'sepa_debit', 'us_bank_account'],
      pageUrl,
    )
  } catch (error) {
    if (!(error instanceof StripeRefusal && error.status === 402)) throw error
  }
  const intent = books.intents.items.at(-1) as PaymentIntent
  session.payment_intent = intent.id
  if (intent.status === 'requires_payment_method' || intent.status === 'requires_action') return intent
  completeSession(books, session, intent)
  return intent
}

/** Books on the session what has become of its intent. Called after every step that a buyer or a bank takes. */
export function followIntent(books: StripeBooks, intent: PaymentIntent): void {
  const session = [...books.sessions.values()].find(({ payment_intent: id }) => id === intent.id)
  if (session === undefined) return
  if (session.status === 'open') {
    if (intent.status === 'succeeded' || intent.status === 'requires_capture' || intent.status === 'processing') completeSession(books, session, intent)
    return
  }
  if (session.status !== 'complete' || session.payment_status !== 'unpaid') return
  if (intent.status === 'succeeded') {
    session.payment_status = 'paid'
    books.record('checkout.session.async_payment_succeeded', session)
  } else if (intent.status === 'requires_payment_method') {
    books.record('checkout.session.async_payment_failed', session)
  }
}

function completeSession(books: StripeBooks, session: CheckoutSession, intent: PaymentIntent): void {
  session.status = 'complete'
  session.payment_status = intent.status === 'succeeded' ? 'paid' : 'unpaid'
  session.url = null
  session.customer_details = { address: null, email: session.customer_email, name: null, phone: null, tax_exempt: 'none', tax_ids: [] }
  books.record('checkout.session.completed', session)
}
