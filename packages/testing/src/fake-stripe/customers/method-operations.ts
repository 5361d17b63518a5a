import { z } from 'zod'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { BillingDetails, PaymentMethod } from '../books/stripe-objects.ts'
import { changedMetadata } from '../http/change-metadata.ts'
import { type ListObject, type Paging, pageOf } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { billingDetails, type clearable, expand, integer, metadata, paging, text } from '../http/parameters.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'
import { testMethodOf } from '../payments/test-methods.ts'
import { attachMethod, makeMethod, methodNamed, methodOfCard } from './keep-method.ts'

const card = z.strictObject({
  number: text.optional(),
  token: text.optional(),
  exp_month: integer.optional(),
  exp_year: integer.optional(),
  cvc: text.optional(),
})

const createParameters = z.strictObject({
  type: z.enum(['card', 'sepa_debit', 'us_bank_account']),
  card: card.optional(),
  sepa_debit: z.strictObject({ iban: text }).optional(),
  us_bank_account: z
    .strictObject({ account_holder_type: text.optional(), account_number: text, account_type: text.optional(), routing_number: text })
    .optional(),
  billing_details: billingDetails.optional(),
  metadata: metadata.optional(),
  expand,
})

export const methodOperations: readonly Operation[] = [
  operation('POST', '/v1/payment_methods', createParameters, ({ books, params }) => createMethod(books, params)),
  operation('GET', '/v1/payment_methods', z.strictObject({ ...paging, customer: text.optional(), type: text.optional() }), ({ books, params }) =>
    methodPage(books, params, '/v1/payment_methods'),
  ),
  operation('GET', '/v1/payment_methods/{payment_method}', z.strictObject({ expand }), ({ books, id }) => methodNamed(books, id).method),
  operation(
    'POST',
    '/v1/payment_methods/{payment_method}',
    z.strictObject({ billing_details: billingDetails.optional(), metadata: metadata.optional(), expand }),
    ({ books, params, id }) => {
      const { method } = books.method(id)
      if (params.billing_details !== undefined) method.billing_details = detailsOf(params.billing_details, method.billing_details)
      method.metadata = changedMetadata(method.metadata, params.metadata)
      books.record('payment_method.updated', method)
      return method
    },
  ),
  operation('POST', '/v1/payment_methods/{payment_method}/attach', z.strictObject({ customer: text, expand }), ({ books, params, id }) => {
    const kept = methodNamed(books, id)
    attachMethod(books, kept, books.customer(params.customer, 'customer', 400).id)
    return kept.method
  }),
  operation('POST', '/v1/payment_methods/{payment_method}/detach', z.strictObject({ expand }), ({ books, id }) => {
    const kept = books.method(id)
    if (kept.method.customer === null) throw invalidRequest(`${id} belongs to no customer.`, { param: 'payment_method' })
    kept.method.customer = null
    kept.used = true
    books.record('payment_method.detached', kept.method, { customer: kept.method.customer })
    return kept.method
  }),
]

/** A page of a customer's methods. */
export function methodPage(
  books: StripeBooks,
  params: Paging & { readonly customer?: string | undefined; readonly type?: string | undefined },
  url: string,
): ListObject<PaymentMethod> {
  const wanted = [...books.methods.values()]
    .map(({ method }) => method)
    .filter((method) => method.customer !== null && (params.customer === undefined || method.customer === params.customer))
    .filter((method) => params.type === undefined || method.type === params.type)
  return pageOf(wanted, params, url)
}

function createMethod(books: StripeBooks, params: z.infer<typeof createParameters>): PaymentMethod {
  const details = detailsOf(params.billing_details ?? {})
  const kept = params.type === 'card' ? methodOfCard(books, params.card ?? {}, details) : makeMethod(books, debitOf(params.type), details)
  kept.method.metadata = changedMetadata({}, params.metadata)
  return kept.method
}

function debitOf(type: 'sepa_debit' | 'us_bank_account') {
  const behaviour = testMethodOf(type === 'sepa_debit' ? 'pm_success_de' : 'pm_usBankAccount_success')
  if (behaviour === undefined) throw new Error(`there is no test method of type ${type}`)
  return behaviour
}

function detailsOf(params: z.infer<typeof billingDetails>, present?: BillingDetails): BillingDetails {
  const address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
  const given = params.address === undefined || params.address === '' ? {} : params.address
  const text = (value: z.infer<typeof clearable> | undefined, before: string | null | undefined): string | null =>
    value === undefined ? (before ?? null) : value === '' ? null : value
  return {
    address: {
      ...address,
      ...present?.address,
      ...Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value === '' ? null : (value ?? null)])),
    },
    email: text(params.email, present?.email),
    name: text(params.name, present?.name),
    phone: text(params.phone, present?.phone),
  }
}
