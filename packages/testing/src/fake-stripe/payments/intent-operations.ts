import { z } from 'zod'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { PaymentIntent } from '../books/stripe-objects.ts'
import { changedMetadata, cleared } from '../http/change-metadata.ts'
import { pageOf, placesWithin } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { created, expand, integer, paging, text } from '../http/parameters.ts'
import { checkAmount } from './currency-rules.ts'
import { cancelIntent, captureIntent } from './end-intent.ts'
import { cancelParameters, captureParameters, confirmParameters, createParameters, updateParameters } from './intent-parameters.ts'
import { unexpectedState } from './intent-states.ts'
import { confirmWith, createIntent, setMethod } from './make-intent.ts'
import { methodTypes } from './method-types.ts'
import { searchIntents } from './search-intents.ts'

const changeable = ['requires_payment_method', 'requires_confirmation', 'requires_action']

/** @param searchLagMs - how long the search index takes to notice a change. */
export function intentOperations(searchLagMs: number): readonly Operation[] {
  return [
    operation('POST', '/v1/payment_intents', createParameters, ({ books, params, url, apiVersion }) =>
      createIntent(books, params, methodTypes(params, apiVersion), url),
    ),
    operation('GET', '/v1/payment_intents', z.strictObject({ ...paging, created: created.optional(), customer: text.optional() }), ({ books, params }) => {
      const all = books.intents.items
      return pageOf(all, params, '/v1/payment_intents', {
        between: placesWithin(all, params.created),
        wanted: ({ customer }) => params.customer === undefined || customer === params.customer,
        placeOf: (id) => books.intents.placeOf(id),
      })
    }),
    operation(
      'GET',
      '/v1/payment_intents/search',
      z.strictObject({ query: text, limit: integer.optional(), page: text.optional(), expand }),
      ({ books, params }) => searchIntents(books, params, searchLagMs),
    ),
    operation('GET', '/v1/payment_intents/{intent}', z.strictObject({ client_secret: text.optional(), expand }), ({ books, id }) => books.intent(id)),
    operation('POST', '/v1/payment_intents/{intent}', updateParameters, ({ books, params, id }) => updateIntent(books, books.intent(id), params)),
    operation('POST', '/v1/payment_intents/{intent}/confirm', confirmParameters, ({ books, params, id, url }) => {
      const intent = books.intent(id)
      if (!changeable.includes(intent.status)) throw unexpectedState(intent, 'confirmed')
      if (params.payment_method !== undefined) setMethod(books, intent, params.payment_method)
      if (params.capture_method !== undefined) intent.capture_method = params.capture_method
      if (params.setup_future_usage !== undefined) intent.setup_future_usage = params.setup_future_usage === '' ? null : params.setup_future_usage
      intent.receipt_email = cleared(params.receipt_email, intent.receipt_email)
      confirmWith(books, intent, params, url)
      return intent
    }),
    operation('POST', '/v1/payment_intents/{intent}/capture', captureParameters, ({ books, params, id }) => {
      const intent = books.intent(id)
      captureIntent(books, intent, params.amount_to_capture)
      intent.metadata = changedMetadata(intent.metadata, params.metadata)
      books.touch(intent)
      return intent
    }),
    operation('POST', '/v1/payment_intents/{intent}/cancel', cancelParameters, ({ books, params, id }) => {
      const intent = books.intent(id)
      cancelIntent(books, intent, params.cancellation_reason ?? null)
      return intent
    }),
  ]
}

function updateIntent(books: StripeBooks, intent: PaymentIntent, params: z.infer<typeof updateParameters>): PaymentIntent {
  const onlyWords = params.amount === undefined && params.currency === undefined && params.payment_method === undefined && params.customer === undefined
  if (!onlyWords && !changeable.includes(intent.status)) throw unexpectedState(intent, 'given another amount, currency, customer or method')
  checkAmount(params.amount ?? intent.amount, params.currency ?? intent.currency)
  if (params.customer !== undefined) intent.customer = books.customer(params.customer, 'customer', 400).id
  intent.amount = params.amount ?? intent.amount
  intent.currency = params.currency ?? intent.currency
  intent.capture_method = params.capture_method ?? intent.capture_method
  if (params.setup_future_usage !== undefined) intent.setup_future_usage = params.setup_future_usage === '' ? null : params.setup_future_usage
  if (params.shipping !== undefined) intent.shipping = params.shipping === '' ? null : params.shipping
  intent.description = cleared(params.description, intent.description)
  intent.receipt_email = cleared(params.receipt_email, intent.receipt_email)
  intent.metadata = changedMetadata(intent.metadata, params.metadata)
  if (params.payment_method !== undefined) setMethod(books, intent, params.payment_method)
  books.touch(intent)
  return intent
}
