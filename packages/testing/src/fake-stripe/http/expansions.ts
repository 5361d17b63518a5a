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

/** Puts whole objects in place of their ids, as `expand[]` asks, in a copy that is otherwise the object as it is; the object itself where nothing is asked for. */
export function expanded(books: StripeBooks, object: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0) return object
  const copy = structuredClone(object)
  for (const path of paths) expandInto(books, copy, path.split('.'), path)
  return copy
}

function expandInto(books: StripeBooks, parent: unknown, [name = '', ...rest]: readonly string[], path: string): void {
  if (Array.isArray(parent)) {
    for (const item of parent) expandInto(books, item, [name, ...rest], path)
    return
  }
  const owner = parent as Wire
  const value = valueAt(books, owner, name)
  if (value === undefined) throw invalidRequest(`${path} cannot be expanded.`, { param: 'expand' })
  owner[name] = value
  if (rest.length === 0 || value === null) return
  expandInto(books, value, rest, path)
}

function valueAt(books: StripeBooks, owner: Wire, name: string): unknown {
  if (name === 'refunds' && owner.object === 'charge') {
    const charge = books.charge(String(owner.id))
    return structuredClone(pageOf(books.refundsOf(charge), {}, `/v1/charges/${charge.id}/refunds`))
  }
  if (name === 'line_items' && owner.object === 'checkout.session') {
    const id = String(owner.id)
    return structuredClone(pageOf(books.lineItems.get(id) ?? [], { limit: 100 }, `/v1/checkout/sessions/${id}/line_items`))
  }
  const value = owner[name]
  if (value === null || (typeof value === 'object' && value !== undefined)) return value
  return typeof value === 'string' ? structuredClone(books.find(value)) : undefined
}
