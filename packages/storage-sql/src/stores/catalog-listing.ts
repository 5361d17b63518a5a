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
  /** The product's id in the index, so that a product that a filter leaves out is not looked up. */
  readonly id: RawBuilder<unknown>
  readonly key: RawBuilder<unknown>
  readonly order: RawBuilder<unknown>
  readonly where: readonly Condition[]
}

/** What a listing keeps. */
interface Filter {
  /** On the product of this id. Nothing that an engine could turn into a join: it would read all that the filter keeps before it walks to the first page. */
  readonly condition: (id: RawBuilder<unknown>) => Condition
  /** The ids it keeps, as `product_id`, in no order, where an index gives them; one may come more than once. */
  readonly ids?: RawBuilder<unknown>
}

const descending = { newest: true, title: false, price_asc: false, price_desc: true, rating: true } as const satisfies Record<ProductSort, boolean>
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

/** One page of products in a stable order. @throws INVALID_INPUT for a cursor of another listing. */
export async function listProducts(session: SqlSession, query: ProductListQuery): Promise<Page<Product>> {
  const { rows } = await listingStatement(session, query).execute(session.db)
  const page = pageOf(rows, query.limit, ({ id, sort_key }) => encodeCursor(query.sort, { key: cursorKey(session, query.sort, sort_key), id }))
  return { items: await assembleProducts(session, page.items), next: page.next }
}

/**
 * The statement behind a page: one row more than the page holds, to tell whether another follows.
 *
 * @param limits - other than those that suit shops of any size.
 */
export function listingStatement(session: SqlSession, query: ProductListQuery, { few = 2_000, near = 4_000 }: ListingLimits = {}): RawBuilder<ListedRow> {
  const cursor = query.after === undefined ? undefined : decodeCursor(query.sort, query.after)
  const filters = filtersOf(session, query.filter)
  const direction = sql.raw(descending[query.sort] ? 'DESC' : 'ASC')
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

function isByPrice({ sort }: ProductListQuery): boolean {
  return sort === 'price_asc' || sort === 'price_desc'
}

/** A filter that may keep few products: only when the statement runs is it known whether it does. */
interface NarrowFilter {
  readonly filter: Filter
  readonly ids: RawBuilder<unknown>
  /** Of the first of its ids in the statement. */
  readonly name: RawBuilder<unknown>
  /** Asks for no row, so that the engine answers it once and runs only the branch that it lets through. */
  readonly isNarrow: Condition
}

function narrowFilters(filters: readonly Filter[], few: number): readonly NarrowFilter[] {
  return filters
    .flatMap((filter) => (filter.ids === undefined ? [] : [{ filter, ids: filter.ids }]))
    .map(({ filter, ids }, place) => {
      const name = sql.ref(`kept_${place}`)
      return { filter, ids, name, isNarrow: sql`((SELECT COUNT(*) FROM ${name}) <= ${few})` }
    })
}

interface SortedHead {
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
function sortedHead(session: SqlSession, { query, cursor, ids, where, limit }: SortedHead): RawBuilder<unknown> {
  const { sort } = query
  const { status = 'published' } = query.filter
  const kept = [sql`p.id = ids.product_id`, ...(status === 'any' ? [] : [sql`p.status = ${status}`]), ...where]
  const direction = sql.raw(descending[sort] ? 'DESC' : 'ASC')
  const after =
    cursor === undefined ? sql`` : sql` AND (sort_key, id) ${sql.raw(descending[sort] ? '<' : '>')} (${cursorValue(session, sort, cursor)}, ${cursor.id})`
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

function cursorValue({ codecs }: SqlSession, sort: ProductSort, { key }: ListCursor): unknown {
  return sort === 'newest' ? codecs.time.encode(new Date(key)) : key
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
  const unrated: Walk = { from, id: productId, key: sql`0`, order: sql`p.id DESC`, where: [ofStatus, sql`p.rating_average IS NULL`, ...unratedAfter] }
  if (cursor !== undefined && cursor.key === 0) return [unrated]
  const after = cursor === undefined ? sql`p.rating_average IS NOT NULL` : sql`(p.rating_average, p.id) < (${cursor.key}, ${cursor.id})`
  return [{ from, id: productId, key: sql`p.rating_average`, order: sql`p.rating_average DESC, p.id DESC`, where: [ofStatus, after] }, unrated]
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

function filtersOf({ codecs }: SqlSession, filter: ProductListQuery['filter']): readonly Filter[] {
  const filters: Filter[] = []
  if (filter.category !== undefined) {
    const path = pathText(filter.category)
    const below = path.slice(0, -1)
    const within = sql`category_id IN (SELECT id FROM categories WHERE path = ${path} OR (path >= ${`${below},"`} AND path < ${`${below},#`}))`
    filters.push({
      condition: (id) => sql`EXISTS (SELECT 1 FROM product_categories k WHERE k.product_id = ${id} AND k.${within} LIMIT 1 OFFSET 0)`,
      ids: sql`SELECT product_id FROM product_categories WHERE ${within}`,
    })
  }
  if (filter.price !== undefined) {
    const { currency, minMinor, maxMinor } = priceBounds(filter.price)
    // The product's own range is asked first. OFFSET keeps Postgres from joining.
    const condition = (
      id: RawBuilder<unknown>,
    ) => sql`EXISTS (SELECT 1 FROM product_prices o WHERE o.product_id = ${id} AND o.currency = ${currency} AND ${overlaps('o', minMinor, maxMinor)}
      AND EXISTS (SELECT 1 FROM variants v JOIN prices r ON r.variant_id = v.id AND r.currency = ${currency}
      WHERE v.product_id = ${id} AND v.status = 'active' AND r.amount_minor BETWEEN ${minMinor} AND ${maxMinor} LIMIT 1 OFFSET 0) LIMIT 1 OFFSET 0)`
    filters.push({ condition })
  }
  for (const [name, value] of Object.entries(filter.attributes ?? {})) {
    const equal = sql`a.name = ${name} AND a.value = ${attributeText(value)}`
    const condition = (id: RawBuilder<unknown>) => sql`EXISTS (SELECT 1 FROM product_attributes a WHERE a.product_id = ${id} AND ${equal} LIMIT 1 OFFSET 0)`
    filters.push({ condition, ids: sql`SELECT a.product_id FROM product_attributes a WHERE ${equal}` })
  }
  if (filter.inStock === true)
    filters.push({ condition: (id) => sql`EXISTS (SELECT 1 FROM variants v WHERE v.product_id = ${id} AND ${buyableNow(codecs)} LIMIT 1 OFFSET 0)` })
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
