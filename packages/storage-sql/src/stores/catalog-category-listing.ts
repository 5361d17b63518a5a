import type { ProductListQuery } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import type { SqlSession } from '../engine/session.ts'
import type { ListCursor } from './catalog-cursor.ts'
import { type Condition, type Filter, filtersOf, narrowFilters, overlaps, type PriceFilter, priceBounds } from './catalog-listing-filters.ts'
import { type ListedRow, pathText } from './catalog-rows.ts'
import { directionOf, isAfter, isByPrice, sortedHead } from './catalog-sorted-head.ts'

/** Whether a listing can go by the entries of its category: they are of published products. */
export function hasEntries({ filter }: ProductListQuery): boolean {
  return filter.category !== undefined && (filter.status ?? 'published') === 'published'
}

const isStale = sql`listed_version <> version`

/** The most of them are looked up one by one beside a walk along entries. */
function staleProducts(few: number): RawBuilder<unknown> {
  return sql`SELECT id AS product_id FROM products WHERE ${isStale} LIMIT ${few + 1}`
}

/** Whether more products than that have entries of another version than they are, so that a category's walk finds nothing. */
export async function areEntriesBehind({ db }: SqlSession, few: number): Promise<boolean> {
  const { rows } = await sql<{ stale: number | string }>`SELECT COUNT(*) AS stale FROM (${staleProducts(few)}) AS behind`.execute(db)
  return Number(rows[0]?.stale) > few
}

/**
 * The statement behind a page of a category: a walk along its entries, which have what they are sorted by, so that it ends where the page does. Products whose entries are
 * of another version are looked up and sorted beside it; where they are more than `few`, there is no row at all, and the other statement must be asked.
 *
 * @param few - so many products are sorted rather than met on a walk.
 */
export function categoryStatement(
  session: SqlSession,
  query: ProductListQuery,
  { few, cursor }: { readonly few: number; readonly cursor: ListCursor | undefined },
): RawBuilder<ListedRow> {
  const { category, ...rest } = query.filter
  const path = pathText(category ?? [])
  const ofCategory = sql`e.category_id = (SELECT id FROM categories WHERE path = ${path})`
  const others = filtersOf(session, rest, (price) => idsInRange(query, price, ofCategory))
  const narrow = narrowFilters(others, few)
  const wide = narrow.map(({ isNarrow }) => sql`NOT ${isNarrow}`)
  const isUpToDate = sql`((SELECT COUNT(*) FROM stale) <= ${few})`
  const isListed = (id: RawBuilder<unknown>) => sql`${id} NOT IN (SELECT product_id FROM stale)`
  const limit = query.limit + 1
  const all = filtersOf(session, query.filter)
  const headOf = (ids: RawBuilder<unknown>, filters: readonly Filter[], where: readonly Condition[]) => {
    const conditions = filters.map(({ condition }) => condition(sql`p.id`))
    return sortedHead(session, { query, cursor, ids, where: [isUpToDate, ...where, ...conditions], limit })
  }
  const sorted = narrow.map(({ name, isNarrow }, place) => headOf(name, all, [...wide.slice(0, place), isNarrow, isListed(sql`p.id`)]))
  const { from, key, where } = entriesOf(query)
  const id = sql`e.product_id`
  const after = cursor === undefined ? [] : [isAfter(session, query.sort, cursor, { key, id })]
  const conditions = [isUpToDate, ...wide, ofCategory, ...where, ...after, isListed(id), ...others.map(({ condition }) => condition(id))]
  const direction = directionOf(query.sort)
  const walk = sql`SELECT id, sort_key FROM (SELECT ${id} AS id, ${key} AS sort_key FROM ${from} WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY ${key} ${direction}, ${id} ${direction} LIMIT ${limit}) AS head`
  const named = [
    sql`stale AS MATERIALIZED (${staleProducts(few)})`,
    ...narrow.map(({ name, ids }) => sql`${name} AS MATERIALIZED (SELECT product_id FROM (${ids}) AS kept LIMIT ${few + 1})`),
  ]
  const heads = [...sorted, headOf(sql`stale`, all, []), walk]
  return sql<ListedRow>`WITH ${sql.join(named)} SELECT p.*, page.sort_key FROM (${sql.join(heads, sql` UNION ALL `)}) AS page JOIN products p ON p.id = page.id
    ORDER BY page.sort_key ${direction}, page.id ${direction} LIMIT ${limit}`
}

/** The entries that a sort walks along; the index of each begins with the category, and has what it is sorted by next. */
function entriesOf(query: ProductListQuery): { readonly from: RawBuilder<unknown>; readonly key: RawBuilder<unknown>; readonly where: readonly Condition[] } {
  switch (query.sort) {
    case 'newest':
      return { from: sql`category_products e`, key: sql`e.created_at`, where: [] }
    case 'title':
      return { from: sql`category_products e`, key: sql`e.title`, where: [] }
    case 'rating':
      return { from: sql`category_products e`, key: sql`e.rating`, where: [] }
    case 'price_asc':
    case 'price_desc': {
      const { price } = query.filter
      const range = price?.currency === query.currency ? [inRange(price)] : []
      return { from: sql`category_prices e`, key: sql`e.min_minor`, where: [sql`e.currency = ${query.currency}`, ...range] }
    }
  }
}

/** The index has both ends: what is out of the range is passed by without being looked up. */
function inRange(price: PriceFilter): Condition {
  const { minMinor, maxMinor } = priceBounds(price)
  return overlaps('e', minMinor, maxMinor)
}

/** Of a range of prices that few of the category may be in; by price, the walk is along the range already. */
function idsInRange(query: ProductListQuery, price: PriceFilter, ofCategory: Condition): RawBuilder<unknown> | undefined {
  if (isByPrice(query) && price.currency === query.currency) return undefined
  return sql`SELECT e.product_id FROM category_prices e WHERE ${ofCategory} AND e.currency = ${price.currency} AND ${inRange(price)}`
}
