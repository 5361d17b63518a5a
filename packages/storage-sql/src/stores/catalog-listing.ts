import type { Page, Product, ProductListQuery, ProductSort, ProductStatus } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
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

const descending = { newest: true, title: false, price_asc: false, price_desc: true, rating: true } as const satisfies Record<ProductSort, boolean>
const everyStatus: readonly ProductStatus[] = ['draft', 'published', 'archived']

/** One page of products in a stable order. @throws INVALID_INPUT for a cursor of another listing. */
export async function listProducts(session: SqlSession, query: ProductListQuery): Promise<Page<Product>> {
  const { rows } = await listingStatement(session, query).execute(session.db)
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  const next =
    rows.length > query.limit && last !== undefined ? encodeCursor(query.sort, { key: cursorKey(session, query.sort, last.sort_key), id: last.id }) : null
  return { items: await assembleProducts(session, page), next }
}

/** The statement behind a page: one row more than the page holds, to tell whether another follows. */
export function listingStatement(session: SqlSession, query: ProductListQuery): RawBuilder<ListedRow> {
  const cursor = query.after === undefined ? undefined : decodeCursor(query.sort, query.after)
  const filters = filterConditions(session, query.filter)
  const direction = sql.raw(descending[query.sort] ? 'DESC' : 'ASC')
  const limit = query.limit + 1
  const heads = walksOf(session, query, cursor).map(
    ({ from, key, order, where }) => sql`SELECT id, sort_key FROM (
      SELECT p.id AS id, ${key} AS sort_key FROM ${from} WHERE ${sql.join([...where, ...filters], sql` AND `)}
      ORDER BY ${order} LIMIT ${limit}) AS head`,
  )
  return sql<ListedRow>`SELECT p.*, page.sort_key FROM (${sql.join(heads, sql` UNION ALL `)}) AS page JOIN products p ON p.id = page.id
    ORDER BY page.sort_key ${direction}, page.id ${direction} LIMIT ${limit}`
}

function walksOf(session: SqlSession, query: ProductListQuery, cursor: ListCursor | undefined): readonly Walk[] {
  const { status = 'published' } = query.filter
  if (query.sort === 'price_asc' || query.sort === 'price_desc') return [priceWalk(query, status, cursor)]
  const statuses = status === 'any' ? everyStatus : [status]
  return statuses.flatMap((one) =>
    query.sort === 'rating' ? ratingWalks(one, cursor) : [plainWalk(session, query.sort === 'title' ? 'title' : 'newest', one, cursor)],
  )
}

function plainWalk({ codecs }: SqlSession, sort: 'title' | 'newest', status: ProductStatus, cursor: ListCursor | undefined): Walk {
  const where = [sql`p.status = ${status}`]
  if (sort === 'title') {
    if (cursor !== undefined) where.push(sql`(p.title, p.id) > (${cursor.key}, ${cursor.id})`)
    return { from: sql`products p`, key: sql`p.title`, order: sql`p.title, p.id`, where }
  }
  if (cursor !== undefined) where.push(sql`(p.created_at, p.id) < (${codecs.time.encode(new Date(cursor.key))}, ${cursor.id})`)
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

function filterConditions({ codecs }: SqlSession, filter: ProductListQuery['filter']): readonly Condition[] {
  const conditions: Condition[] = []
  if (filter.category !== undefined) {
    const path = pathText(filter.category)
    const below = path.slice(0, -1)
    conditions.push(sql`p.id IN (SELECT product_id FROM product_categories WHERE category_id IN (
      SELECT id FROM categories WHERE path = ${path} OR (path >= ${`${below},"`} AND path < ${`${below},#`})))`)
  }
  if (filter.price !== undefined) {
    const { currency, minMinor, maxMinor } = priceBounds(filter.price)
    // The product's own range is asked first. OFFSET keeps Postgres from joining, and reading, every price before it walks to the first page.
    conditions.push(sql`EXISTS (SELECT 1 FROM product_prices o WHERE o.product_id = p.id AND o.currency = ${currency} AND ${overlaps('o', minMinor, maxMinor)}
      AND EXISTS (SELECT 1 FROM variants v JOIN prices r ON r.variant_id = v.id AND r.currency = ${currency}
      WHERE v.product_id = p.id AND v.status = 'active' AND r.amount_minor BETWEEN ${minMinor} AND ${maxMinor} LIMIT 1 OFFSET 0) LIMIT 1 OFFSET 0)`)
  }
  for (const [name, value] of Object.entries(filter.attributes ?? {})) {
    conditions.push(sql`EXISTS (SELECT 1 FROM product_attributes a WHERE a.product_id = p.id AND a.name = ${name} AND a.value = ${attributeText(value)})`)
  }
  if (filter.inStock === true) conditions.push(sql`EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND ${buyableNow(codecs)})`)
  return conditions
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
