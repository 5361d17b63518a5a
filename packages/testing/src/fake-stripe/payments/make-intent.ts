import type { StripeBooks } from '../books/stripe-books.ts'
import type { PaymentIntent } from '../books/stripe-objects.ts'
import { checkUsable, methodNamed } from '../customers/keep-method.ts'
import { changedMetadata } from '../http/change-metadata.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'
import { confirmIntent } from './confirm-intent.ts'
import { checkAmount } from './currency-rules.ts'
import type { ConfirmParameters, CreateParameters } from './intent-parameters.ts'

/** Makes an intent, and confirms it where that is asked for. @param types - of methods; undefined when the dashboard is to choose. */
export function createIntent(books: StripeBooks, params: CreateParameters, types: readonly string[] | undefined, pageUrl: string): PaymentIntent {
  const { confirm = false } = params
  for (const name of ['off_session', 'error_on_requires_action', 'return_url', 'mandate_data'] as const) {
    if (!confirm && params[name] !== undefined) throw invalidRequest(`${name} makes sense only with confirm.`, { param: name })
  }
  checkAmount(params.amount, params.currency)
  if (params.customer !== undefined) books.customer(params.customer, 'customer', 400)
  const intent = newIntent(books, params, types)
  if (params.payment_method !== undefined) setMethod(books, intent, params.payment_method)
  books.intents.add(intent)
  books.changed(intent, 'payment_intent.created')
  if (confirm) confirmWith(books, intent, params, pageUrl)
  return intent
}

function newIntent(books: StripeBooks, params: CreateParameters, types: readonly string[] | undefined): PaymentIntent {
  const id = books.identifiers.next('pi')
  const redirects = params.automatic_payment_methods?.allow_redirects ?? 'always'
  const automatic = types === undefined && params.automatic_payment_methods?.enabled !== false
  return {
    id,
    object: 'payment_intent',
    amount: params.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: automatic ? { enabled: true, allow_redirects: redirects } : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${books.identifiers.letters(25)}`,
    confirmation_method: params.confirmation_method ?? 'automatic',
    created: books.intents.nextTime(books.seconds()),
    currency: params.currency,
    customer: params.customer ?? null,
    description: params.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: books.livemode,
    metadata: changedMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: params.payment_method_options ?? {},
    payment_method_types: types ?? ['card'],
    processing: null,
    receipt_email: params.receipt_email ?? null,
    review: null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: params.shipping ?? null,
    source: null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: params.transfer_group ?? null,
  }
}

/** Puts a method on an intent. @throws StripeRefusal when it may not pay this one */
export function setMethod(books: StripeBooks, intent: PaymentIntent, id: string): void {
  const kept = methodNamed(books, id)
  checkUsable(kept, intent.customer)
  const { type } = kept.method
  const allowed = type === 'card' || intent.automatic_payment_methods !== null || intent.payment_method_types.includes(type)
  if (!allowed) throw invalidRequest(`This payment intent takes no ${type}.`, { code: 'payment_intent_incompatible_payment_method', param: 'payment_method' })
  const currency = { sepa_debit: 'eur', us_bank_account: 'usd' }[type as string]
  if (currency !== undefined && currency !== intent.currency)
    throw invalidRequest(`${type} pays in ${currency}.`, { code: 'payment_method_currency_mismatch', param: 'payment_method' })
  intent.payment_method = kept.method.id
  if (intent.status === 'requires_payment_method') intent.status = 'requires_confirmation'
}

/** Confirms an intent as the parameters say. @throws StripeRefusal 402 when it is declined */
export function confirmWith(books: StripeBooks, intent: PaymentIntent, params: Partial<ConfirmParameters>, pageUrl: string): void {
  const offSession = params.off_session !== undefined && params.off_session !== false
  confirmIntent(books, intent, {
    offSession,
    errorOnRequiresAction: params.error_on_requires_action ?? false,
    returnUrl: params.return_url,
    useStripeSdk: params.use_stripe_sdk ?? false,
    pageUrl,
  })
}
