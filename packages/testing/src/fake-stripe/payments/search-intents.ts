import type { MetadataValue } from '../books/search-index.ts'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { PaymentIntent } from '../books/stripe-objects.ts'
import { limitOf } from '../http/list-pages.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'

interface Clause {
  readonly field: string
  /** Of the metadata, where the field is one of theirs. */
  readonly metadataKey: string | undefined
  readonly negated: boolean
  readonly operator: ':' | '~' | '>' | '<' | '>=' | '<='
  readonly value: string
}

export interface SearchResult {
  readonly object: 'search_result'
  readonly data: readonly PaymentIntent[]
  readonly has_more: boolean
  readonly next_page: string | null
  readonly url: string
}

const clauseForm = /(-?)((?:metadata\[(?:"[^"]*"|'[^']*')\])|[a-z_]+)\s*(>=|<=|[:~<>])\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w.]+)/y

/** Finds intents by Stripe's query language, as they were `lagMs` ago: the index is not told of changes at once. */
export function searchIntents(
  books: StripeBooks,
  params: { readonly query: string; readonly limit?: number | undefined; readonly page?: string | undefined },
  lagMs: number,
): SearchResult {
  const { clauses, any } = parse(params.query)
  const limit = limitOf(params.limit)
  const matches = books.searchIndex
    .shownAt(books.nowMs() - lagMs, any ? undefined : metadataOf(clauses))
    .toReversed()
    .filter((intent) => (any ? clauses.some((clause) => holds(clause, intent)) : clauses.every((clause) => holds(clause, intent))))
  const start = params.page === undefined ? 0 : matches.findIndex(({ id }) => id === params.page) + 1
  const data = matches.slice(start, start + limit)
  const more = start + limit < matches.length
  return { object: 'search_result', data, has_more: more, next_page: more ? (data.at(-1)?.id ?? null) : null, url: '/v1/payment_intents/search' }
}

/** What every match has in its metadata, if the query says so. */
function metadataOf(clauses: readonly Clause[]): MetadataValue | undefined {
  for (const { metadataKey, negated, operator, value } of clauses)
    if (metadataKey !== undefined && !negated && operator === ':' && value !== 'null') return { key: metadataKey, value }
  return undefined
}

function parse(query: string): { readonly clauses: readonly Clause[]; readonly any: boolean } {
  const clauses: Clause[] = []
  const joints = new Set<string>()
  let place = 0
  while (place < query.length) {
    clauseForm.lastIndex = place
    const match = clauseForm.exec(query)
    if (match === null) throw invalidRequest(`The search query cannot be read from its character ${place + 1} on.`, { param: 'query' })
    const [whole, minus, field = '', operator, value = ''] = match
    clauses.push({
      field,
      metadataKey: /^metadata\[["'](.*)["']\]$/.exec(field)?.[1],
      negated: minus === '-',
      operator: operator as Clause['operator'],
      value: unquoted(value),
    })
    place += whole.length
    const joint = /\s+(?:(AND|OR)\s+)?/y
    joint.lastIndex = place
    const joined = joint.exec(query)
    if (joined === null) continue
    joints.add(joined[1] ?? 'AND')
    place += joined[0].length
  }
  if (clauses.length > 10) throw invalidRequest('A search query has ten clauses at most.', { param: 'query' })
  if (joints.size > 1) throw invalidRequest('A search query is joined by AND or by OR, not by both.', { param: 'query' })
  return { clauses, any: joints.has('OR') }
}

function unquoted(value: string): string {
  return /^["']/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value
}

function holds({ negated, operator, value, ...named }: Clause, intent: PaymentIntent): boolean {
  return compared(fieldOf(named, intent), operator, value) !== negated
}

function fieldOf({ field, metadataKey }: Pick<Clause, 'field' | 'metadataKey'>, intent: PaymentIntent): string | number | null | undefined {
  if (metadataKey !== undefined) return intent.metadata[metadataKey]
  if (field === 'amount' || field === 'created' || field === 'currency' || field === 'customer' || field === 'status') return intent[field]
  throw invalidRequest(`Payment intents cannot be searched by ${field}.`, { param: 'query' })
}

function compared(actual: string | number | null | undefined, operator: Clause['operator'], wanted: string): boolean {
  if (actual === null || actual === undefined) return wanted === 'null' && operator === ':'
  switch (operator) {
    case ':':
      return typeof actual === 'number' ? actual === Number(wanted) : actual.toLowerCase() === wanted.toLowerCase()
    case '~':
      return String(actual).toLowerCase().includes(wanted.toLowerCase())
    case '>':
      return Number(actual) > Number(wanted)
    case '<':
      return Number(actual) < Number(wanted)
    case '>=':
      return Number(actual) >= Number(wanted)
    case '<=':
      return Number(actual) <= Number(wanted)
  }
}
