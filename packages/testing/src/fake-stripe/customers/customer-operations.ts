import { z } from 'zod'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { Customer } from '../books/stripe-objects.ts'
import { changedMetadata, cleared } from '../http/change-metadata.ts'
import { madeWithin, pageOf } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { address, clearable, created, expand, metadata, paging, shipping, text } from '../http/parameters.ts'
import { attachMethod, methodNamed } from './keep-method.ts'
import { methodPage } from './method-operations.ts'

const customerParameters = z.strictObject({
  address: z.union([z.literal(''), address]).optional(),
  description: clearable.optional(),
  email: clearable.optional(),
  invoice_settings: z.strictObject({ default_payment_method: clearable.optional() }).optional(),
  metadata: metadata.optional(),
  name: clearable.optional(),
  payment_method: text.optional(),
  phone: clearable.optional(),
  shipping: z.union([z.literal(''), shipping]).optional(),
  expand,
})

export const customerOperations: readonly Operation[] = [
  operation('POST', '/v1/customers', customerParameters, ({ books, params }) => {
    const customer = newCustomer(books)
    change(books, customer, params)
    books.customers.set(customer.id, customer)
    books.record('customer.created', customer)
    return customer
  }),
  operation('GET', '/v1/customers', z.strictObject({ ...paging, created: created.optional(), email: text.optional() }), ({ books, params }) => {
    const wanted = [...books.customers.values()].filter(
      (customer) => madeWithin(customer.created, params.created) && (params.email === undefined || customer.email === params.email),
    )
    return pageOf(wanted, params, '/v1/customers')
  }),
  operation('GET', '/v1/customers/{customer}', z.strictObject({ expand }), ({ books, id }) => books.deletedCustomers.get(id) ?? books.customer(id, 'id')),
  operation('POST', '/v1/customers/{customer}', customerParameters.omit({ payment_method: true }), ({ books, params, id }) => {
    const customer = books.customer(id, 'id')
    change(books, customer, params)
    books.record('customer.updated', customer)
    return customer
  }),
  operation('DELETE', '/v1/customers/{customer}', z.strictObject({}), ({ books, id }) => {
    const customer = books.customer(id, 'id')
    const deleted = { id, object: 'customer', deleted: true } as const
    books.customers.delete(id)
    books.deletedCustomers.set(id, deleted)
    for (const { method } of books.methods.values()) if (method.customer === id) method.customer = null
    books.record('customer.deleted', customer)
    return deleted
  }),
  operation('GET', '/v1/customers/{customer}/payment_methods', z.strictObject({ ...paging, type: text.optional() }), ({ books, params, id }) =>
    methodPage(books, { ...params, customer: books.customer(id).id }, `/v1/customers/${id}/payment_methods`),
  ),
  operation('GET', '/v1/account', z.strictObject({ expand }), ({ books }) => ({
    id: books.account,
    object: 'account',
    charges_enabled: true,
    country: 'US',
    default_currency: 'usd',
    details_submitted: true,
    payouts_enabled: true,
    type: 'standard',
  })),
]

function newCustomer(books: StripeBooks): Customer {
  return {
    id: books.identifiers.next('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: books.seconds(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: books.identifiers.letters(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: books.livemode,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  }
}

function change(books: StripeBooks, customer: Customer, params: z.infer<typeof customerParameters>): void {
  if (params.payment_method !== undefined) attachMethod(books, methodNamed(books, params.payment_method), customer.id)
  if (params.address !== undefined) customer.address = params.address === '' ? null : params.address
  if (params.shipping !== undefined) customer.shipping = params.shipping === '' ? null : params.shipping
  customer.description = cleared(params.description, customer.description)
  customer.email = cleared(params.email, customer.email)
  customer.name = cleared(params.name, customer.name)
  customer.phone = cleared(params.phone, customer.phone)
  customer.metadata = changedMetadata(customer.metadata, params.metadata)
  const { invoice_settings: settings } = customer
  settings.default_payment_method = cleared(params.invoice_settings?.default_payment_method, settings.default_payment_method)
}
