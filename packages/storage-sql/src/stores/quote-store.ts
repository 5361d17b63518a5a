import type { Quote, QuoteLine, QuoteStore } from '@cartwright/core/ports'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlJson, SqlTime } from '../engine/sql-dialect.ts'

const insertQuote = bulkInsert('quotes', ['id', 'cart_id', 'cart_version', 'body', 'expires_at', 'created_at'])

const quoteById = preparedQuery<{ id: string; cartId: string }>()((db, param) =>
  db.selectFrom('quotes').select('body').where('id', '=', param('id')).where('cart_id', '=', param('cartId')),
)

const newestQuote = preparedQuery<{ cartId: string }>()((db, param) =>
  db.selectFrom('quotes').select('body').where('cart_id', '=', param('cartId')).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1),
)

const deleteExpired = preparedQuery<{ before: SqlTime; limit: number }>()((db, param) =>
  db
    .deleteFrom('quotes')
    .where('id', 'in', (eb) => eb.selectFrom('quotes').select('id').where('expires_at', '<', param('before')).orderBy('expires_at').limit(param('limit'))),
)

/** A quote as JSON keeps it; one that an older version has made knows of no credit. */
type QuoteBody = Omit<Quote, 'expiresAt' | 'createdAt' | Credit> & Partial<Pick<Quote, Credit>> & { readonly expiresAt: string; readonly createdAt: string }
type Credit = 'credits' | 'creditMinor' | 'dueMinor'

/** What a quote has not that was made by a version of before. */
const ofBefore = { taxes: [], deliveryEstimate: null, pickupLocation: null } satisfies Partial<Quote>
const lineOfBefore = { includedTaxMinor: 0, priceList: null } satisfies Partial<QuoteLine>

/** Quotes over SQL: a quote is never changed or searched, so it is kept whole as one JSON value. */
export function sqlQuoteStore(session: SqlSession): QuoteStore {
  const { time, json } = session.codecs
  return {
    find: async ({ quoteId, cartId }) => toQuote(session, await quoteById.first(session, { id: quoteId, cartId })),

    latest: async ({ cartId }) => toQuote(session, await newestQuote.first(session, { cartId })),

    insert: async (quote) => {
      await insertQuote(session, [
        {
          id: quote.id,
          cart_id: quote.cartId,
          cart_version: quote.cartVersion,
          body: json.encode(quote),
          expires_at: time.encode(quote.expiresAt),
          created_at: time.encode(quote.createdAt),
        },
      ])
    },

    prune: ({ before, limit }) => deleteExpired.run(session, { before: time.encode(before), limit }),
  }
}

function toQuote(session: SqlSession, row: { readonly body: SqlJson } | undefined): Quote | undefined {
  if (row === undefined) return undefined
  const body = session.codecs.json.decode<QuoteBody>(row.body)
  const { lines: sold, ...rest } = body
  const lines = sold.map((line): QuoteLine => ({ ...lineOfBefore, ...line }))
  const withoutCredit = { credits: [], creditMinor: 0, dueMinor: body.total.amountMinor }
  return { ...ofBefore, ...withoutCredit, ...rest, lines, expiresAt: new Date(body.expiresAt), createdAt: new Date(body.createdAt) }
}
