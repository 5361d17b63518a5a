import type { Page, Product, ProductListQuery, ProductSort, ProductStatus } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import { pageOf } from '../engine/page.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { areEntriesBehind, categoryStatement, hasEntries } from './catalog-category-listing.ts'
import { decodeCursor, encodeCursor, type ListCursor } from './catalog-cursor.ts'
import { type Condition, type Filter, filtersOf, narrowFilters, overlaps, priceBounds } from './catalog-listing-filters.ts'
import { assembleProducts, type ListedRow } from './catalog-rows.ts'
import { cursorValue, directionOf, isByPrice, sortedHead } from './catalog-sorted-head.ts'

/** One walk along one index. A page merges the heads of its walks, so that none needs a sort of the whole table. */
interface Walk {
  readonly from: RawBuilder<unknown>
  /** The product's id in the index, so that a product that a filter leaves out is not looked up. */
  readonly id: RawBuilder<unknown>
  readonly key: RawBuilder<unknown>
  readonly order: RawBuilder<unknown>
  readonly where: readonly Condition[]
}

const everyStatus: readonly ProductStatus[] = ['draft', 'published', 'archived']

/** Where a listing changes its way through what a filter keeps. */
export interface ListingLimits {
  /**
   * So many products are sooner sorted than met on a walk along all: in a shop of 200,000, a walk to a page of 20 of 2,000 meets as many others. Where more pass,
   * the page is full sooner. @default 2,000
   */
  readonly few?: number
  /** Prices that a walk looks at before all that the filter keeps is sorted after all. @default 4,000 */
  readonly near?: number
}

const productId = sql`p.id`
const fewByDefault = 2_000
/** The same in a category: a walk along its entries meets what passes sooner than one along all. */
const fewOfCategory = 1_000

/** One page of products in a stable order. @throws INVALID_INPUT for a cursor of another listing. */
export async function listProducts(session: SqlSession, query: ProductListQuery): Promise<Page<Product>> {
  const rows = await listedRows(session, query)
  const page = pageOf(rows, query.limit, ({ id, sort_key }) => encodeCursor(query.sort, { key: cursorKey(session, query.sort, sort_key), id }))
  return { items: await assembleProducts(session, page.items), next: page.next }
}

/** Of a category by its entries, unless there is nothing and the entries of many products are yet to be written. */
async function listedRows(session: SqlSession, query: ProductListQuery): Promise<readonly ListedRow[]> {
  if (hasEntries(query)) {
    const cursor = query.after === undefined ? undefined : decodeCursor(query.sort, query.after)
    const { rows } = await categoryStatement(session, query, { few: fewOfCategory, cursor }).execute(session.db)
    if (rows.length > 0 || !(await areEntriesBehind(session, fewOfCategory))) return rows
  }
  return (await listingStatement(session, query).execute(session.db)).rows
}

/**
 * The statement behind a page: one row more than the page holds, to tell whether another follows.
 *
 * @param limits - other than those that suit shops of any size.
 */
export function listingStatement(
  session: SqlSession,
  query: ProductListQuery,
  { few = fewByDefault, near = 4_000 }: ListingLimits = {},
): RawBuilder<ListedRow> {
  const cursor = query.after === undefined ? undefined : decodeCursor(query.sort, query.after)
  const filters = filtersOf(session, query.filter)
  const direction = directionOf(query.sort)
  const limit = query.limit + 1
  const narrow = narrowFilters(filters, few)
  const wide = narrow.map(({ isNarrow }) => sql`NOT ${isNarrow}`)
  const bound = narrow.length > 0 ? near : undefined
  const walks = walksOf(session, query, cursor, bound).map(
    ({ from, id, key, order, where }) => sql`SELECT id, sort_key FROM (
      SELECT p.id AS id, ${key} AS sort_key FROM ${from} WHERE ${sql.join([...wide, ...where, ...filters.map(({ condition }) => condition(id))], sql` AND `)}
      ORDER BY ${order} LIMIT ${limit}) AS head`,
  )
  const headOf = (filter: Filter, ids: RawBuilder<unknown>, where: readonly Condition[]) => {
    const others = filters.filter((other) => other !== filter).map(({ condition }) => condition(productId))
    return sortedHead(session, { query, cursor, ids, where: [...where, ...others], limit })
  }
  const sorted = narrow.map(({ filter, name, isNarrow }, place) => headOf(filter, name, [...wide.slice(0, place), isNarrow]))
  const named = narrow.map(({ name, ids }) => sql`${name} AS MATERIALIZED (SELECT product_id FROM (${ids}) AS kept LIMIT ${few + 1})`)
  const heads = [...sorted, ...walks]
  const [widest] = narrow
  if (widest !== undefined && isByPrice(query)) {
    // A walk along prices that has not filled the page soon may not for long: all that is cheap, or dear, may be of another category.
    const found = sql`(SELECT COUNT(*) FROM walked)`
    named.push(sql`walked AS MATERIALIZED (${sql.join(walks)})`)
    heads.splice(sorted.length, walks.length, sql`SELECT id, sort_key FROM walked WHERE ${found} >= ${limit}`)
    heads.push(headOf(widest.filter, sql`(${widest.ids}) AS kept`, [...wide, sql`${found} < ${limit}`]))
  }
  const first = named.length === 0 ? sql`` : sql`WITH ${sql.join(named)} `
  return sql<ListedRow>`${first}SELECT p.*, page.sort_key FROM (${sql.join(heads, sql` UNION ALL `)}) AS page JOIN products p ON p.id = page.id
    ORDER BY page.sort_key ${direction}, page.id ${direction} LIMIT ${limit}`
}

/** @param bound - the most prices that a walk looks at. */
function walksOf(session: SqlSession, query: ProductListQuery, cursor: ListCursor | undefined, bound: number | undefined): readonly Walk[] {
  const { status = 'published' } = query.filter
  if (isByPrice(query)) return [priceWalk(query, status, cursor, bound)]
  const statuses = status === 'any' ? everyStatus : [status]
  return statuses.flatMap((one) =>
    query.sort === 'rating' ? ratingWalks(one, cursor) : [plainWalk(session, query.sort === 'title' ? 'title' : 'newest', one, cursor)],
  )
}

function plainWalk(session: SqlSession, sort: 'title' | 'newest', status: ProductStatus, cursor: ListCursor | undefined): Walk {
  const where = [sql`p.status = ${status}`]
  if (sort === 'title') {
    if (cursor !== undefined) where.push(sql`(p.title, p.id) > (${cursor.key}, ${cursor.id})`)
    return { from: sql`products p`, id: productId, key: sql`p.title`, order: sql`p.title, p.id`, where }
  }
  if (cursor !== undefined) where.push(sql`(p.created_at, p.id) < (${cursorValue(session, sort, cursor)}, ${cursor.id})`)
  return { from: sql`products p`, id: productId, key: sql`p.created_at`, order: sql`p.created_at DESC, p.id DESC`, where }
}

/** Products with a rating come first, then those without, newest first. Two walks, because no engine walks past NULL by comparison. */
function ratingWalks(status: ProductStatus, cursor: ListCursor | undefined): readonly Walk[] {
  const from = sql`products p`
  const ofStatus = sql`p.status = ${status}`
  const unratedAfter = cursor !== undefined && cursor.key === 0 ? [sql`p.id < ${cursor.id}`] : []
  // The null comes first in the order, too, though all have it: Postgres does not see otherwise that the index has that order, and sorts all of the shop.
  const order = sql`p.rating_average DESC, p.id DESC`
  const unrated: Walk = { from, id: productId, key: sql`0`, order, where: [ofStatus, sql`p.rating_average IS NULL`, ...unratedAfter] }
  if (cursor !== undefined && cursor.key === 0) return [unrated]
  const after = cursor === undefined ? sql`p.rating_average IS NOT NULL` : sql`(p.rating_average, p.id) < (${cursor.key}, ${cursor.id})`
  return [{ from, id: productId, key: sql`p.rating_average`, order, where: [ofStatus, after] }, unrated]
}

/** CROSS JOIN is a plain join that SQLite does not reorder: prices first, because their index has the order. */
function priceWalk(query: ProductListQuery, status: ProductStatus | 'any', cursor: ListCursor | undefined, bound: number | undefined): Walk {
  const cheapestFirst = query.sort === 'price_asc'
  const ofPrice = [sql`pp.currency = ${query.currency}`]
  if (cursor !== undefined) ofPrice.push(sql`(pp.min_minor, pp.product_id) ${sql.raw(cheapestFirst ? '>' : '<')} (${cursor.key}, ${cursor.id})`)
  // A walk that begins where the filter does.
  const { price } = query.filter
  if (price?.currency === query.currency) {
    const { minMinor, maxMinor } = priceBounds(price)
    ofPrice.push(overlaps('pp', minMinor, maxMinor))
  }
  const order = cheapestFirst ? sql`pp.min_minor, pp.product_id` : sql`pp.min_minor DESC, pp.product_id DESC`
  const where = [sql`pp.product_id = p.id`, ...(status === 'any' ? [] : [sql`p.status = ${status}`])]
  const walk = { id: sql`pp.product_id`, key: sql`pp.min_minor`, order }
  if (bound === undefined) return { ...walk, from: sql`product_prices pp CROSS JOIN products p`, where: [...ofPrice, ...where] }
  const prices = sql`(SELECT pp.product_id, pp.min_minor FROM product_prices pp WHERE ${sql.join(ofPrice, sql` AND `)} ORDER BY ${order} LIMIT ${bound}) AS pp`
  return { ...walk, from: sql`${prices} CROSS JOIN products p`, where }
}

function cursorKey({ codecs }: SqlSession, sort: ProductSort, key: string | number): string | number {
  return sort === 'newest' ? codecs.time.decode(key as unknown as SqlTime).getTime() : key
}
