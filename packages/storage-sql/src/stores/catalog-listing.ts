import type { Page, Product, ProductListQuery, ProductSort, ProductStatus } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import { pageOf } from '../engine/page.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { decodeCursor, encodeCursor, type ListCursor } from './catalog-cursor.ts'
import { assembleProducts, attributeText, type ProductRow, pathText } from './catalog-rows.ts'
import { buyableNow } from './catalog-stock-condition.ts'

type Condition = RawBuilder<unknown>
type ListedRow = ProductRow & { readonly sort_key: string | number }

/** One walk along one index. A page merges the heads of its walks, so that none needs a sort of the whole table. */
interface Walk {
  readonly from: RawBuilder<unknown>
  readonly key: RawBuilder<unknown>
  readonly order: RawBuilder<unknown>
  readonly where: readonly Condition[]
}

/** What a listing keeps. */
interface Filter {
  /** On a row `p` of products. */
  readonly condition: Condition
  /** The ids it keeps, as `product_id`, in no order, where an index gives them; one may come more than once. */
  readonly ids?: RawBuilder<unknown>
}

const descending = { newest: true, title: false, price_asc: false, price_desc: true, rating: true } as const satisfies Record<ProductSort, boolean>
const everyStatus: readonly ProductStatus[] = ['draft', 'published', 'archived']
/**
 * So many products are sooner sorted than met on a walk along all: in a shop of 200,000, a walk to a page of 20 of 2,000 meets as many others. Where more pass,
 * the page is full sooner.
 */
const few = 2_000

/** One page of products in a stable order. @throws INVALID_INPUT for a cursor of another listing. */
export async function listProducts(session: SqlSession, query: ProductListQuery): Promise<Page<Product>> {
  const { rows } = await listingStatement(session, query).execute(session.db)
  const page = pageOf(rows, query.limit, ({ id, sort_key }) => encodeCursor(query.sort, { key: cursorKey(session, query.sort, sort_key), id }))
  return { items: await assembleProducts(session, page.items), next: page.next }
}

/**
 * The statement behind a page: one row more than the page holds, to tell whether another follows.
 *
 * @param sortable - the most products that a filter may keep for them to be sorted instead of met on a walk.
 */
export function listingStatement(session: SqlSession, query: ProductListQuery, sortable: number = few): RawBuilder<ListedRow> {
  const cursor = query.after === undefined ? undefined : decodeCursor(query.sort, query.after)
  const filters = filtersOf(session, query.filter)
  const direction = sql.raw(descending[query.sort] ? 'DESC' : 'ASC')
  const limit = query.limit + 1
  const narrow = narrowFilters(filters, sortable)
  const wide = narrow.map(({ isNarrow }) => sql`NOT ${isNarrow}`)
  const walks = walksOf(session, query, cursor).map(
    ({ from, key, order, where }) => sql`SELECT id, sort_key FROM (
      SELECT p.id AS id, ${key} AS sort_key FROM ${from} WHERE ${sql.join([...wide, ...where, ...filters.map(({ condition }) => condition)], sql` AND `)}
      ORDER BY ${order} LIMIT ${limit}) AS head`,
  )
  const sorted = narrow.map((filter, place) => {
    const others = filters.filter((other) => other !== filter.filter).map(({ condition }) => condition)
    return sortedHead(session, { query, cursor, filter, where: [...wide.slice(0, place), filter.isNarrow, ...others], limit })
  })
  const ids = narrow.map(({ name, filter }) => sql`${name} AS MATERIALIZED (SELECT product_id FROM (${filter.ids}) AS kept LIMIT ${sortable + 1})`)
  const first = ids.length === 0 ? sql`` : sql`WITH ${sql.join(ids)} `
  return sql<ListedRow>`${first}SELECT p.*, page.sort_key FROM (${sql.join([...sorted, ...walks], sql` UNION ALL `)}) AS page JOIN products p ON p.id = page.id
    ORDER BY page.sort_key ${direction}, page.id ${direction} LIMIT ${limit}`
}

/** A filter that may keep few products: only when the statement runs is it known whether it does. */
interface NarrowFilter {
  readonly filter: Filter
  /** Of its ids in the statement. */
  readonly name: RawBuilder<unknown>
  /** Asks for no row, so that the engine answers it once and runs only the branch that it lets through. */
  readonly isNarrow: Condition
}

function narrowFilters(filters: readonly Filter[], sortable: number): readonly NarrowFilter[] {
  return filters
    .filter(({ ids }) => ids !== undefined)
    .map((filter, place) => {
      const name = sql.ref(`kept_${place}`)
      return { filter, name, isNarrow: sql`((SELECT COUNT(*) FROM ${name}) <= ${sortable})` }
    })
}

interface SortedHead {
  readonly query: ProductListQuery
  readonly cursor: ListCursor | undefined
  readonly filter: NarrowFilter
  /** The other filters' conditions, and whether this branch is the one to run. */
  readonly where: readonly Condition[]
  readonly limit: number
}

/** The head of what a filter keeps, each product looked up by its id, then sorted. */
function sortedHead(session: SqlSession, { query, cursor, filter, where, limit }: SortedHead): RawBuilder<unknown> {
  const { sort } = query
  const { status = 'published' } = query.filter
  const kept = [sql`p.id = ids.product_id`, ...(status === 'any' ? [] : [sql`p.status = ${status}`]), ...where]
  const direction = sql.raw(descending[sort] ? 'DESC' : 'ASC')
  const after =
    cursor === undefined ? sql`` : sql` AND (sort_key, id) ${sql.raw(descending[sort] ? '<' : '>')} (${cursorValue(session, sort, cursor)}, ${cursor.id})`
  return sql`SELECT id, sort_key FROM (SELECT id, sort_key FROM (
      SELECT p.id AS id, ${sortKey(query)} AS sort_key FROM (SELECT DISTINCT product_id FROM ${filter.name}) AS ids CROSS JOIN products p
      WHERE ${sql.join(kept, sql` AND `)}) AS kept
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

function cursorValue({ codecs }: SqlSession, sort: ProductSort, { key }: ListCursor): unknown {
  return sort === 'newest' ? codecs.time.encode(new Date(key)) : key
}

function walksOf(session: SqlSession, query: ProductListQuery, cursor: ListCursor | undefined): readonly Walk[] {
  const { status = 'published' } = query.filter
  if (query.sort === 'price_asc' || query.sort === 'price_desc') return [priceWalk(query, status, cursor)]
  const statuses = status === 'any' ? everyStatus : [status]
  return statuses.flatMap((one) =>
    query.sort === 'rating' ? ratingWalks(one, cursor) : [plainWalk(session, query.sort === 'title' ? 'title' : 'newest', one, cursor)],
  )
}

function plainWalk(session: SqlSession, sort: 'title' | 'newest', status: ProductStatus, cursor: ListCursor | undefined): Walk {
  const where = [sql`p.status = ${status}`]
  if (sort === 'title') {
    if (cursor !== undefined) where.push(sql`(p.title, p.id) > (${cursor.key}, ${cursor.id})`)
    return { from: sql`products p`, key: sql`p.title`, order: sql`p.title, p.id`, where }
  }
  if (cursor !== undefined) where.push(sql`(p.created_at, p.id) < (${cursorValue(session, sort, cursor)}, ${cursor.id})`)
  return { from: sql`products p`, key: sql`p.created_at`, order: sql`p.created_at DESC, p.id DESC`, where }
}

/** Products with a rating come first, then those without, newest first. Two walks, because no engine walks past NULL by comparison. */
function ratingWalks(status: ProductStatus, cursor: ListCursor | undefined): readonly Walk[] {
  const from = sql`products p`
  const ofStatus = sql`p.status = ${status}`
  const unratedAfter = cursor !== undefined && cursor.key === 0 ? [sql`p.id < ${cursor.id}`] : []
  const unrated: Walk = { from, key: sql`0`, order: sql`p.id DESC`, where: [ofStatus, sql`p.rating_average IS NULL`, ...unratedAfter] }
  if (cursor !== undefined && cursor.key === 0) return [unrated]
  const after = cursor === undefined ? sql`p.rating_average IS NOT NULL` : sql`(p.rating_average, p.id) < (${cursor.key}, ${cursor.id})`
  return [{ from, key: sql`p.rating_average`, order: sql`p.rating_average DESC, p.id DESC`, where: [ofStatus, after] }, unrated]
}

/** CROSS JOIN is a plain join that SQLite does not reorder: prices first, because their index has the order. */
function priceWalk(query: ProductListQuery, status: ProductStatus | 'any', cursor: ListCursor | undefined): Walk {
  const cheapestFirst = query.sort === 'price_asc'
  const where = [sql`pp.product_id = p.id`, sql`pp.currency = ${query.currency}`]
  if (status !== 'any') where.push(sql`p.status = ${status}`)
  if (cursor !== undefined) where.push(sql`(pp.min_minor, pp.product_id) ${sql.raw(cheapestFirst ? '>' : '<')} (${cursor.key}, ${cursor.id})`)
  // A walk that begins where the filter does.
  const { price } = query.filter
  if (price?.currency === query.currency) {
    const { minMinor, maxMinor } = priceBounds(price)
    where.push(overlaps('pp', minMinor, maxMinor))
  }
  const order = cheapestFirst ? sql`pp.min_minor, pp.product_id` : sql`pp.min_minor DESC, pp.product_id DESC`
  return { from: sql`product_prices pp CROSS JOIN products p`, key: sql`pp.min_minor`, order, where }
}

function filtersOf({ codecs }: SqlSession, filter: ProductListQuery['filter']): readonly Filter[] {
  const filters: Filter[] = []
  if (filter.category !== undefined) {
    const path = pathText(filter.category)
    const below = path.slice(0, -1)
    const ids = sql`SELECT product_id FROM product_categories WHERE category_id IN (
      SELECT id FROM categories WHERE path = ${path} OR (path >= ${`${below},"`} AND path < ${`${below},#`}))`
    filters.push({ condition: sql`p.id IN (${ids})`, ids })
  }
  if (filter.price !== undefined) {
    const { currency, minMinor, maxMinor } = priceBounds(filter.price)
    // The product's own range is asked first. OFFSET keeps Postgres from joining, and reading, every price before it walks to the first page.
    const condition = sql`EXISTS (SELECT 1 FROM product_prices o WHERE o.product_id = p.id AND o.currency = ${currency} AND ${overlaps('o', minMinor, maxMinor)}
      AND EXISTS (SELECT 1 FROM variants v JOIN prices r ON r.variant_id = v.id AND r.currency = ${currency}
      WHERE v.product_id = p.id AND v.status = 'active' AND r.amount_minor BETWEEN ${minMinor} AND ${maxMinor} LIMIT 1 OFFSET 0) LIMIT 1 OFFSET 0)`
    filters.push({ condition })
  }
  for (const [name, value] of Object.entries(filter.attributes ?? {})) {
    const equal = sql`a.name = ${name} AND a.value = ${attributeText(value)}`
    const condition = sql`EXISTS (SELECT 1 FROM product_attributes a WHERE a.product_id = p.id AND ${equal})`
    filters.push({ condition, ids: sql`SELECT a.product_id FROM product_attributes a WHERE ${equal}` })
  }
  if (filter.inStock === true) filters.push({ condition: sql`EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND ${buyableNow(codecs)})` })
  return filters
}

function priceBounds({ currency, minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }: NonNullable<ProductListQuery['filter']['price']>) {
  return { currency, minMinor, maxMinor }
}

/** Whether a product's range of prices has anything in common with this one. */
function overlaps(table: 'o' | 'pp', minMinor: number, maxMinor: number): Condition {
  return sql`${sql.ref(`${table}.min_minor`)} <= ${maxMinor} AND ${sql.ref(`${table}.max_minor`)} >= ${minMinor}`
}

function cursorKey({ codecs }: SqlSession, sort: ProductSort, key: string | number): string | number {
  return sort === 'newest' ? codecs.time.decode(key as unknown as SqlTime).getTime() : key
}
