import type { StripeBooks } from '../books/stripe-books.ts'
import type { BillingDetails, KeptMethod, PaymentMethod } from '../books/stripe-objects.ts'
import { invalidRequest, missing, StripeRefusal } from '../http/stripe-refusal.ts'
import { declineMessage } from '../payments/decline-message.ts'
import { type TestMethod, testCardOf, testMethodOf } from '../payments/test-methods.ts'

const noDetails: BillingDetails = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
}

/** The method of this id. One of Stripe's test tokens makes a new method each time it is named. @throws StripeRefusal `resource_missing` */
export function methodNamed(books: StripeBooks, id: string, param = 'payment_method'): KeptMethod {
  const kept = books.methods.get(id)
  if (kept !== undefined) return kept
  const behaviour = testMethodOf(id)
  if (behaviour === undefined) throw missing('payment_method', id, param, 400)
  return makeMethod(books, behaviour)
}

/** The method that a card's number or token makes. @throws StripeRefusal 402 for a number that cannot be one */
export function methodOfCard(
  books: StripeBooks,
  card: { readonly number?: string | undefined; readonly token?: string | undefined },
  details?: BillingDetails,
): KeptMethod {
  if (card.token !== undefined) {
    const behaviour = testMethodOf(card.token.replace(/^tok_/, 'pm_card_'))
    if (behaviour === undefined) throw missing('token', card.token, 'card[token]', 400)
    return makeMethod(books, behaviour, details)
  }
  const behaviour = testCardOf((card.number ?? '').replaceAll(' ', ''))
  if (behaviour === undefined)
    throw new StripeRefusal(402, { type: 'card_error', code: 'incorrect_number', param: 'card[number]', message: 'That is no card number.' })
  return makeMethod(books, behaviour, details)
}

export function makeMethod(books: StripeBooks, behaviour: TestMethod, details: BillingDetails = noDetails): KeptMethod {
  const method: PaymentMethod = {
    id: books.identifiers.next('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: details,
    created: books.seconds(),
    customer: null,
    livemode: books.livemode,
    metadata: {},
    type: behaviour.type,
    [behaviour.type]: detailsOf(books, behaviour),
  }
  const kept: KeptMethod = { method, behaviour, used: false, setUp: behaviour.token === 'pm_card_authenticationRequiredSetupForOffSession' }
  books.methods.set(method.id, kept)
  return kept
}

function detailsOf(books: StripeBooks, { type, brand, funding, number }: TestMethod): unknown {
  const fingerprint = `fp${books.identifiers.letters(14)}`
  if (type === 'sepa_debit')
    return { bank_code: '37040044', branch_code: '', country: 'DE', fingerprint, generated_from: { charge: null, setup_attempt: null }, last4: '3000' }
  if (type === 'us_bank_account') {
    const account = { account_holder_type: 'individual', account_type: 'checking', bank_name: 'TEST BANK', financial_connections_account: null }
    return { ...account, fingerprint, last4: '6789', networks: { preferred: 'ach', supported: ['ach'] }, routing_number: '110000000', status_details: {} }
  }
  return {
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    display_brand: brand,
    exp_month: 12,
    exp_year: new Date(books.nowMs()).getUTCFullYear() + 4,
    fingerprint,
    funding,
    generated_from: null,
    last4: number?.slice(-4) ?? '0000',
    networks: { available: [brand], preferred: null },
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}

/** The method may pay: it is the customer's own, or nobody's and has not paid before. @throws StripeRefusal */
export function checkUsable({ method, used }: KeptMethod, customer: string | null): void {
  if (method.customer === null && used)
    throw invalidRequest(`${method.id} has paid once and belongs to no customer, so it cannot pay again.`, {
      code: 'payment_method_unexpected_state',
      param: 'payment_method',
    })
  if (method.customer !== null && method.customer !== customer)
    throw invalidRequest(`${method.id} belongs to a customer, who must be named.`, { code: 'payment_method_invalid_parameter', param: 'payment_method' })
}

/** Gives a method to a customer. @throws StripeRefusal 402 when its bank says no */
export function attachMethod(books: StripeBooks, kept: KeptMethod, customerId: string): void {
  const { decline, attaches } = kept.behaviour
  if (!attaches) {
    const reason = decline.declineCode === null ? {} : { decline_code: decline.declineCode }
    throw new StripeRefusal(402, { type: 'card_error', code: decline.code, ...reason, message: declineMessage(decline.code) })
  }
  checkUsable(kept, customerId)
  kept.method.customer = customerId
  books.record('payment_method.attached', kept.method)
}
