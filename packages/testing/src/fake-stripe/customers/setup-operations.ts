import { z } from 'zod'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { KeptMethod, SetupIntent } from '../books/stripe-objects.ts'
import { changedMetadata } from '../http/change-metadata.ts'
import { madeWithin, pageOf } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { created, expand, flag, metadata, paging, text } from '../http/parameters.ts'
import { invalidRequest, StripeRefusal } from '../http/stripe-refusal.ts'
import { nextAction } from '../payments/confirm-intent.ts'
import { declineMessage } from '../payments/decline-message.ts'
import { methodTypes } from '../payments/method-types.ts'
import { checkUsable, methodNamed } from './keep-method.ts'

const confirmation = { return_url: text.optional(), use_stripe_sdk: flag.optional(), payment_method: text.optional(), expand }

const createParameters = z.strictObject({
  ...confirmation,
  automatic_payment_methods: z.strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() }).optional(),
  confirm: flag.optional(),
  customer: text.optional(),
  description: text.optional(),
  metadata: metadata.optional(),
  allowed_payment_method_types: z.array(text).optional(),
  payment_method_types: z.array(text).optional(),
  usage: z.enum(['off_session', 'on_session']).optional(),
})

export const setupOperations: readonly Operation[] = [
  operation('POST', '/v1/setup_intents', createParameters, ({ books, params, url, apiVersion }) => {
    const setup = newSetup(books, params, methodTypes(params, apiVersion))
    books.setupIntents.set(setup.id, setup)
    books.record('setup_intent.created', setup)
    if (params.payment_method !== undefined) setMethod(books, setup, params.payment_method)
    if (params.confirm === true) confirm(books, setup, params.return_url, url)
    return setup
  }),
  operation('GET', '/v1/setup_intents', z.strictObject({ ...paging, created: created.optional(), customer: text.optional() }), ({ books, params }) => {
    const wanted = [...books.setupIntents.values()].filter(
      (setup) => madeWithin(setup.created, params.created) && (params.customer === undefined || setup.customer === params.customer),
    )
    return pageOf(wanted, params, '/v1/setup_intents')
  }),
  operation('GET', '/v1/setup_intents/{intent}', z.strictObject({ client_secret: text.optional(), expand }), ({ books, id }) => books.setupIntent(id)),
  operation('POST', '/v1/setup_intents/{intent}/confirm', z.strictObject(confirmation), ({ books, params, id, url }) => {
    const setup = books.setupIntent(id)
    if (params.payment_method !== undefined) setMethod(books, setup, params.payment_method)
    confirm(books, setup, params.return_url, url)
    return setup
  }),
  operation('POST', '/v1/setup_intents/{intent}/cancel', z.strictObject({ cancellation_reason: text.optional(), expand }), ({ books, params, id }) => {
    const setup = books.setupIntent(id)
    if (setup.status === 'succeeded' || setup.status === 'canceled') throw unexpected(setup, 'canceled')
    setup.status = 'canceled'
    setup.cancellation_reason = params.cancellation_reason ?? null
    setup.next_action = null
    books.record('setup_intent.canceled', setup)
    return setup
  }),
]

function newSetup(books: StripeBooks, params: z.infer<typeof createParameters>, types: readonly string[] | undefined): SetupIntent {
  const id = books.identifiers.next('seti')
  const automatic = types === undefined && params.automatic_payment_methods?.enabled !== false
  return {
    id,
    object: 'setup_intent',
    application: null,
    automatic_payment_methods: automatic ? { enabled: true, allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always' } : null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${books.identifiers.letters(25)}`,
    created: books.seconds(),
    customer: params.customer === undefined ? null : books.customer(params.customer, 'customer', 400).id,
    description: params.description ?? null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: books.livemode,
    mandate: null,
    metadata: changedMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: types ?? ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: params.usage ?? 'off_session',
  }
}

function setMethod(books: StripeBooks, setup: SetupIntent, id: string): void {
  if (setup.status === 'succeeded' || setup.status === 'canceled') throw unexpected(setup, 'given another method')
  const kept = methodNamed(books, id)
  checkUsable(kept, setup.customer)
  setup.payment_method = kept.method.id
  setup.status = 'requires_confirmation'
}

function confirm(books: StripeBooks, setup: SetupIntent, returnUrl: string | undefined, pageUrl: string): void {
  if (setup.status !== 'requires_confirmation' || setup.payment_method === null) throw unexpected(setup, 'confirmed')
  if (setup.automatic_payment_methods?.allow_redirects === 'always' && returnUrl === undefined)
    throw invalidRequest('A return_url is needed, or automatic_payment_methods with allow_redirects: never.', { param: 'return_url' })
  const kept = books.method(setup.payment_method)
  if (!kept.behaviour.attaches) fail(books, setup, kept)
  if (kept.behaviour.onSession !== 'asks') {
    endSetup(books, setup, 'succeed')
    return
  }
  setup.status = 'requires_action'
  setup.next_action = nextAction(books, setup, { returnUrl, pageUrl })
  books.record('setup_intent.requires_action', setup)
}

function fail(books: StripeBooks, setup: SetupIntent, kept: KeptMethod): never {
  const { code, declineCode } = kept.behaviour.decline
  const error = { type: 'card_error', code, ...(declineCode === null ? {} : { decline_code: declineCode }), message: declineMessage(code) } as const
  setup.status = 'requires_payment_method'
  setup.payment_method = null
  setup.last_setup_error = { ...error, payment_method: structuredClone(kept.method) }
  books.record('setup_intent.setup_failed', setup)
  throw new StripeRefusal(402, { ...error, setup_intent: structuredClone(setup) })
}

/** The buyer has agreed to later payments, or could not be identified. */
export function endSetup(books: StripeBooks, setup: SetupIntent, outcome: 'succeed' | 'fail'): void {
  setup.next_action = null
  if (outcome === 'fail') {
    setup.status = 'requires_payment_method'
    setup.payment_method = null
    setup.last_setup_error = { type: 'invalid_request_error', code: 'setup_intent_authentication_failure', message: 'The buyer could not be identified.' }
    books.record('setup_intent.setup_failed', setup)
    return
  }
  const kept = books.method(setup.payment_method ?? '')
  kept.setUp = true
  setup.status = 'succeeded'
  if (setup.customer !== null && kept.method.customer === null) {
    kept.method.customer = setup.customer
    books.record('payment_method.attached', kept.method)
  }
  books.record('setup_intent.succeeded', setup)
}

function unexpected(setup: SetupIntent, what: string): StripeRefusal {
  return invalidRequest(`A setup intent that is ${setup.status} cannot be ${what}.`, { code: 'setup_intent_unexpected_state' })
}
