import type { StripeBooks } from '../books/stripe-books.ts'
import { pageOf } from './list-pages.ts'
import { invalidParameter, invalidRequest } from './stripe-refusal.ts'

type Wire = Record<string, unknown>

/** What can stand in the place of an id, or be added: anywhere in a path. */
const names: ReadonlySet<string> = new Set([
  'balance_transaction',
  'balance_transactions',
  'charge',
  'customer',
  'data',
  'dispute',
  'latest_charge',
  'line_items',
  'payment_intent',
  'payment_method',
  'refunds',
  'source',
])

/** @throws StripeRefusal before anything is carried out, for what is never expanded. */
export function checkExpansions(paths: readonly string[]): void {
  for (const path of paths) {
    const parts = path.split('.')
    if (parts.length > 4) throw invalidParameter('What is expanded lies four levels deep at most.', { code: 'parameter_invalid_value', param: 'expand' })
    if (!parts.every((part) => names.has(part))) throw invalidParameter(`${path} cannot be expanded.`, { code: 'parameter_invalid_value', param: 'expand' })
  }
}

/** Puts whole objects in place of their ids, as `expand[]` asks: in copies of what lies on the way there. The rest is the books' own, for whoever writes the answer out at once. */
export function expanded(books: StripeBooks, object: unknown, paths: readonly string[]): unknown {
  return paths.reduce((copy, path) => expandedAt(books, copy, path.split('.'), path), object)
}

function expandedAt(books: StripeBooks, parent: unknown, [name = '', ...rest]: readonly string[], path: string): unknown {
  if (Array.isArray(parent)) return parent.map((item) => expandedAt(books, item, [name, ...rest], path))
  const owner = parent as Wire
  const value = valueAt(books, owner, name)
  if (value === undefined) throw invalidRequest(`${path} cannot be expanded.`, { param: 'expand' })
  return { ...owner, [name]: rest.length === 0 || value === null ? value : expandedAt(books, value, rest, path) }
}

function valueAt(books: StripeBooks, owner: Wire, name: string): unknown {
  if (name === 'refunds' && owner.object === 'charge') {
    const charge = books.charge(String(owner.id))
    return pageOf(books.refundsOf(charge), {}, `/v1/charges/${charge.id}/refunds`)
  }
  if (name === 'line_items' && owner.object === 'checkout.session') {
    const id = String(owner.id)
    return pageOf(books.lineItems.get(id) ?? [], { limit: 100 }, `/v1/checkout/sessions/${id}/line_items`)
  }
  const value = owner[name]
  if (value === null || (typeof value === 'object' && value !== undefined)) return value
  return typeof value === 'string' ? books.find(value) : undefined
}
