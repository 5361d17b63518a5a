import { z } from 'zod'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { Customer } from '../books/stripe-objects.ts'
import { limitOf } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { expand, integer, text } from '../http/parameters.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'

const byMetadata = /^metadata\["([^"]+)"\]:"([^"]*)"$/

/** Search for customers by one entry of their metadata, newest first, on one page. @param searchLagMs - how long the index takes to notice a new one. */
export function customerSearch(searchLagMs: number): Operation {
  const parameters = z.strictObject({ query: text, limit: integer.optional(), expand })
  return operation('GET', '/v1/customers/search', parameters, ({ books, params }) => ({
    object: 'search_result',
    data: found(books, params.query, searchLagMs).slice(0, limitOf(params.limit)),
    has_more: false,
    next_page: null,
    url: '/v1/customers/search',
  }))
}

function found(books: StripeBooks, query: string, searchLagMs: number): readonly Customer[] {
  const [, key, value] = byMetadata.exec(query) ?? []
  if (key === undefined) throw invalidRequest('The fake searches customers by one entry of their metadata only.', { param: 'query' })
  const indexedUntil = (books.nowMs() - searchLagMs) / 1000
  return [...books.customers.values()].filter(({ created, metadata }) => created <= indexedUntil && metadata[key] === value).toReversed()
}
