import type { ProductListQuery, ProductSort } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import type { SqlSession } from '../engine/session.ts'
import type { ListCursor } from './catalog-cursor.ts'
import type { Condition } from './catalog-listing-filters.ts'

const descending = { newest: true, title: false, price_asc: false, price_desc: true, rating: true } as const satisfies Record<ProductSort, boolean>

export function isByPrice({ sort }: ProductListQuery): boolean {
  return sort === 'price_asc' || sort === 'price_desc'
}

/** `ASC` or `DESC`, of the sort key and of the id. */
export function directionOf(sort: ProductSort): RawBuilder<unknown> {
  return sql.raw(descending[sort] ? 'DESC' : 'ASC')
}

/** Whether a row stands behind the cursor. */
export function isAfter(
  session: SqlSession,
  sort: ProductSort,
  cursor: ListCursor,
  row: { readonly key: RawBuilder<unknown>; readonly id: RawBuilder<unknown> },
): Condition {
  return sql`(${row.key}, ${row.id}) ${sql.raw(descending[sort] ? '<' : '>')} (${cursorValue(session, sort, cursor)}, ${cursor.id})`
}

export interface SortedHead {
  readonly query: ProductListQuery
  readonly cursor: ListCursor | undefined
  /** What has the ids that a filter keeps, as `product_id`. */
  readonly ids: RawBuilder<unknown>
  /** The other filters' conditions, and whether this branch is the one to run. */
  readonly where: readonly Condition[]
  readonly limit: number
}

/** Keeps an engine from working out a column of a subquery once for each place that names it. */
const fence = sql.raw(`LIMIT ${Number.MAX_SAFE_INTEGER}`)

/** The head of what a filter keeps, each product looked up by its id, then sorted. */
export function sortedHead(session: SqlSession, { query, cursor, ids, where, limit }: SortedHead): RawBuilder<unknown> {
  const { sort } = query
  const { status = 'published' } = query.filter
  const kept = [sql`p.id = ids.product_id`, ...(status === 'any' ? [] : [sql`p.status = ${status}`]), ...where]
  const direction = directionOf(sort)
  const after = cursor === undefined ? sql`` : sql` AND ${isAfter(session, sort, cursor, { key: sql`sort_key`, id: sql`id` })}`
  return sql`SELECT id, sort_key FROM (SELECT id, sort_key FROM (
      SELECT p.id AS id, ${sortKey(query)} AS sort_key FROM (SELECT DISTINCT product_id FROM ${ids}) AS ids CROSS JOIN products p
      WHERE ${sql.join(kept, sql` AND `)} ${fence}) AS kept
    WHERE sort_key IS NOT NULL${after} ORDER BY sort_key ${direction}, id ${direction} LIMIT ${limit}) AS head`
}

/** What a product `p` is sorted by; null for one that such a listing does not show. A price by a subquery, which Postgres does not turn into a join with all prices. */
function sortKey({ sort, currency }: ProductListQuery): RawBuilder<unknown> {
  switch (sort) {
    case 'newest':
      return sql`p.created_at`
    case 'title':
      return sql`p.title`
    case 'rating':
      return sql`COALESCE(p.rating_average, 0)`
    case 'price_asc':
    case 'price_desc':
      return sql`(SELECT pp.min_minor FROM product_prices pp WHERE pp.product_id = p.id AND pp.currency = ${currency})`
  }
}

export function cursorValue({ codecs }: SqlSession, sort: ProductSort, { key }: ListCursor): unknown {
  return sort === 'newest' ? codecs.time.encode(new Date(key)) : key
}
