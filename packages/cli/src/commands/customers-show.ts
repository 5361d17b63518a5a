import type { Customer, CustomerAddress, OrderView, Session } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { titled } from '../terminal/titled.ts'
import { amount, moment } from '../terminal/words.ts'
import { namedCustomer } from './named-customer.ts'

/** Of a customer's orders, so many are shown. */
const newestOrders = 20

interface CustomersShowOptions extends ShopOptions {
  /** Id or address of mail. */
  readonly customer: string
}

interface WholeCustomer {
  readonly profile: Customer
  readonly addresses: readonly CustomerAddress[]
  readonly sessions: readonly Session[]
  /** The newest ones. */
  readonly orders: readonly OrderView[]
}

/** Shows one customer with what belongs to them. */
export async function customersShow(output: Output, options: CustomersShowOptions): Promise<number> {
  const whole = await withCommerce(options, { create: false }, async (commerce): Promise<WholeCustomer> => {
    const customerId = await namedCustomer(commerce, options.customer)
    const of = { actor: staff, customerId }
    return {
      profile: await commerce.customers.get(of),
      addresses: await commerce.customers.addresses(of),
      sessions: await commerce.sessions.list(of),
      orders: (await commerce.orders.list({ actor: { type: 'customer', customerId }, limit: newestOrders })).items,
    }
  })
  output.result(whole, () => inWords(whole, output))
  return 0
}

function inWords({ profile, addresses, sessions, orders }: WholeCustomer, output: Output): string {
  const { paint } = output
  const confirmed = profile.emailVerifiedAt === null ? 'not confirmed' : `confirmed ${moment(profile.emailVerifiedAt)}`
  const sections = [
    [
      paint('bold', profile.name ?? profile.email ?? profile.id),
      ...(profile.email === null ? [] : [`${profile.email}, ${confirmed}`]),
      ...(profile.phone === null ? [] : [profile.phone]),
      ...(profile.groups.length === 0 ? [] : [`in ${profile.groups.join(', ')}`]),
      `since ${moment(profile.createdAt)}`,
      paint('dim', profile.id),
    ].join('\n'),
    titled('Addresses', addresses.map(addressWords), output),
    titled(
      'Signed in',
      sessions.map(({ id, createdAt, seenAt }) => `${id} since ${moment(createdAt)}, seen ${moment(seenAt)}`),
      output,
    ),
    titled('Orders', orders.map(orderWords), output),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function addressWords({ address, defaultShipping, defaultBilling }: CustomerAddress): string {
  const { name, line1, line2, city, region, postalCode, country } = address
  const uses = [...(defaultShipping ? ['shipping'] : []), ...(defaultBilling ? ['billing'] : [])]
  const written = [name, line1, line2, city, region, postalCode, country].filter((part) => part !== undefined && part !== '').join(', ')
  return uses.length === 0 ? written : `${written} (default for ${uses.join(' and ')})`
}

function orderWords({ number, placedAt, displayStatus, totalMinor, currency }: OrderView): string {
  return `${number}  ${moment(placedAt)}  ${displayStatus}  ${amount(totalMinor, currency)}`
}
