import { z } from 'zod'
import type { CheckoutSession, LineItem } from '../books/checkout-session.ts'
import type { StripeBooks } from '../books/stripe-books.ts'
import { changedMetadata } from '../http/change-metadata.ts'
import { madeWithin, pageOf } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { created, expand, integer, metadata, paging, text } from '../http/parameters.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'
import { checkAmount } from '../payments/currency-rules.ts'
import { methodTypes } from '../payments/method-types.ts'
import { expireSession } from './session-life.ts'

const lineItem = z.strictObject({
  price_data: z.strictObject({
    currency: text,
    product_data: z.strictObject({ name: text, description: text.optional(), images: z.array(text).optional(), metadata: metadata.optional() }),
    unit_amount: integer,
    tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
  }),
  quantity: integer.optional(),
})

const createParameters = z.strictObject({
  cancel_url: text.optional(),
  client_reference_id: text.max(200).optional(),
  currency: text.optional(),
  customer: text.optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  customer_email: text.optional(),
  expires_at: integer.optional(),
  line_items: z.array(lineItem).max(100).optional(),
  locale: text.optional(),
  metadata: metadata.optional(),
  mode: z.enum(['payment', 'setup', 'subscription']).optional(),
  payment_intent_data: z
    .strictObject({
      capture_method: z.enum(['automatic', 'automatic_async', 'manual']).optional(),
      description: text.optional(),
      metadata: z.record(z.string(), z.string()).optional(),
      receipt_email: text.optional(),
      setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
      statement_descriptor: text.max(22).optional(),
      statement_descriptor_suffix: text.max(22).optional(),
    })
    .optional(),
  allowed_payment_method_types: z.array(text).optional(),
  payment_method_types: z.array(text).optional(),
  return_url: text.optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay']).optional(),
  success_url: text.optional(),
  ui_mode: z.enum(['hosted', 'hosted_page', 'embedded', 'embedded_page']).optional(),
  expand,
})

type CreateParameters = z.infer<typeof createParameters>

const listParameters = z.strictObject({
  ...paging,
  created: created.optional(),
  customer: text.optional(),
  payment_intent: text.optional(),
  status: z.enum(['complete', 'expired', 'open']).optional(),
})

export const sessionOperations: readonly Operation[] = [
  operation('POST', '/v1/checkout/sessions', createParameters, ({ books, params, url, apiVersion }) =>
    createSession(books, params, methodTypes(params, apiVersion), url),
  ),
  operation('GET', '/v1/checkout/sessions', listParameters, ({ books, params }) => {
    const wanted = [...books.sessions.values()].filter(
      (session) =>
        madeWithin(session.created, params.created) &&
        (params.customer === undefined || session.customer === params.customer) &&
        (params.payment_intent === undefined || session.payment_intent === params.payment_intent) &&
        (params.status === undefined || session.status === params.status),
    )
    return pageOf(wanted, params, '/v1/checkout/sessions')
  }),
  operation('GET', '/v1/checkout/sessions/{session}', z.strictObject({ expand }), ({ books, id }) => books.session(id)),
  operation('POST', '/v1/checkout/sessions/{session}/expire', z.strictObject({ expand }), ({ books, id }) => {
    const session = books.session(id)
    if (session.status !== 'open') throw invalidRequest(`A session that is ${session.status} cannot expire.`, { param: 'session' })
    expireSession(books, session)
    return session
  }),
  operation('GET', '/v1/checkout/sessions/{session}/line_items', z.strictObject(paging), ({ books, params, id }) =>
    pageOf(books.lineItems.get(books.session(id).id) ?? [], params, `/v1/checkout/sessions/${id}/line_items`),
  ),
]

function createSession(books: StripeBooks, params: CreateParameters, types: readonly string[] | undefined, url: string): CheckoutSession {
  if (params.mode !== undefined && params.mode !== 'payment') throw invalidRequest('The fake has sessions in payment mode only.', { param: 'mode' })
  const embedded = params.ui_mode?.startsWith('embedded') === true
  const back = embedded ? 'return_url' : 'success_url'
  if (params[back] === undefined) throw invalidRequest(`The parameter ${back} is required.`, { code: 'parameter_missing', param: back })
  const items = (params.line_items ?? []).map((item) => newLineItem(books, item))
  const [first] = items
  if (first === undefined) throw invalidRequest('A session in payment mode sells something.', { code: 'parameter_missing', param: 'line_items' })
  if (items.some(({ currency }) => currency !== first.currency)) throw invalidRequest('All line items have one currency.', { param: 'line_items' })
  const total = items.reduce((sum, { amount_total: amount }) => sum + amount, 0)
  checkAmount(total, first.currency, 'line_items')
  const now = books.seconds()
  const until = params.expires_at ?? now + 24 * 3600
  if (until < now + 1800 || until > now + 24 * 3600) throw invalidRequest('A session lasts from 30 minutes to 24 hours.', { param: 'expires_at' })
  if (params.customer !== undefined) books.customer(params.customer, 'customer', 400)
  const session = newSession(books, params, { types, total, currency: first.currency, until, url, embedded })
  books.sessions.set(session.id, session)
  books.lineItems.set(session.id, items)
  books.sessionIntents.set(session.id, params.payment_intent_data ?? {})
  return session
}

function newLineItem(books: StripeBooks, { price_data: price, quantity = 1 }: z.infer<typeof lineItem>): LineItem {
  if (price.unit_amount < 0 || quantity < 1)
    throw invalidRequest('A line has an amount and a quantity.', { code: 'parameter_invalid_integer', param: 'line_items' })
  const amount = price.unit_amount * quantity
  return {
    id: books.identifiers.next('li'),
    object: 'item',
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: price.product_data.name,
    price: null,
    quantity,
  }
}

interface SessionFacts {
  readonly types: readonly string[] | undefined
  readonly total: number
  readonly currency: string
  readonly until: number
  readonly url: string
  readonly embedded: boolean
}

function newSession(books: StripeBooks, params: CreateParameters, { types, total, currency, until, url, embedded }: SessionFacts): CheckoutSession {
  const id = books.identifiers.next(books.livemode ? 'cs_live' : 'cs_test')
  return {
    id,
    object: 'checkout.session',
    after_expiration: null,
    allow_promotion_codes: null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, status: null },
    billing_address_collection: null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: embedded ? `${id}_secret_${books.identifiers.letters(25)}` : null,
    consent: null,
    consent_collection: null,
    created: books.seconds(),
    currency,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: params.customer ?? null,
    customer_creation: params.customer === undefined ? (params.customer_creation ?? 'if_required') : null,
    customer_details: null,
    customer_email: params.customer_email ?? null,
    expires_at: until,
    invoice: null,
    invoice_creation: null,
    livemode: books.livemode,
    locale: params.locale ?? null,
    metadata: changedMetadata({}, params.metadata),
    mode: 'payment',
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: types ?? ['card'],
    payment_status: 'unpaid',
    phone_number_collection: { enabled: false },
    recovered_from: null,
    ...(params.return_url === undefined ? {} : { return_url: params.return_url }),
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: params.success_url ?? null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: params.ui_mode ?? 'hosted',
    url: embedded ? null : `${url}/c/pay/${id}`,
  }
}
