import type { AttributeValue, ProductId, ProductMatchQuery, SearchFilter, SearchSort } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs } from '../engine/sql-dialect.ts'
import { attributeText, pathText } from './catalog-rows.ts'
import { buyableNow } from './catalog-stock-condition.ts'

type Condition = RawBuilder<unknown>

/** Products by words of their titles, in one statement. Not hot: built anew for what it is asked. */
export async function matchProducts({ db, codecs }: SqlSession, { words, skus, filter, sort, currency, limit }: ProductMatchQuery) {
  const ofSku = skus.length === 0 ? sql`1 = 0` : sql`p.id IN (SELECT s.product_id FROM variants s WHERE s.status = 'active' AND s.sku IN (${sql.join(skus)}))`
  const named = words.map((word) => sql`lower(p.title || ' ' || COALESCE(p.vendor, '')) LIKE ${`%${escaped(word.toLowerCase())}%`} ESCAPE '!'`)
  const conditions = [
    sql`p.status = 'published'`,
    sql`EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.status = 'active')`,
    ...(named.length === 0 ? [] : [sql`(${ofSku} OR (${sql.join(named, sql` AND `)}))`]),
    ...filterConditions(codecs, filter),
  ]
  const first = sort === 'relevance' && named.length > 0 ? sql`CASE WHEN ${ofSku} THEN 0 ELSE 1 END, ` : sql``
  const { rows } = await sql<{ readonly id: string }>`SELECT p.id FROM products p WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY ${first}${orderOf(sort, currency)}, p.handle LIMIT ${limit}`.execute(db)
  return rows.map(({ id }) => id as ProductId)
}

/** A text that LIKE takes as it stands. */
function escaped(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}

function orderOf(sort: SearchSort, currency: string): RawBuilder<unknown> {
  const lowest = sql`(SELECT o.min_minor FROM product_prices o WHERE o.product_id = p.id AND o.currency = ${currency})`
  switch (sort) {
    case 'relevance':
      return sql`COALESCE(p.rating_average, 0) DESC, p.title`
    case 'rating':
      return sql`COALESCE(p.rating_average, 0) DESC`
    case 'newest':
      return sql`p.created_at DESC`
    case 'title':
      return sql`p.title`
    case 'price_asc':
      return sql`COALESCE(${lowest}, ${Number.MAX_SAFE_INTEGER})`
    case 'price_desc':
      return sql`COALESCE(${lowest}, -1) DESC`
  }
}

function filterConditions(codecs: SqlCodecs, { category, price, inStock, attributes = [], minRating }: SearchFilter): readonly Condition[] {
  const conditions: Condition[] = attributes.map(({ name, values }) => hasValue(name, values))
  if (category !== undefined) {
    const path = pathText(category)
    const below = path.slice(0, -1)
    conditions.push(sql`p.id IN (SELECT product_id FROM product_categories WHERE category_id IN (
      SELECT id FROM categories WHERE path = ${path} OR (path >= ${`${below},"`} AND path < ${`${below},#`})))`)
  }
  if (price !== undefined) {
    const { currency, minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER } = price
    conditions.push(sql`EXISTS (SELECT 1 FROM product_prices o WHERE o.product_id = p.id AND o.currency = ${currency}
      AND o.min_minor <= ${maxMinor} AND o.max_minor >= ${minMinor})`)
  }
  if (inStock !== undefined) {
    const buyable = sql`EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND ${buyableNow(codecs)})`
    conditions.push(inStock ? buyable : sql`NOT ${buyable}`)
  }
  if (minRating !== undefined) conditions.push(sql`p.rating_average >= ${minRating}`)
  return conditions
}

/** Whether the product has an attribute, or an active variant an option, with one of these values. */
function hasValue(name: string, values: readonly string[]): Condition {
  const stored = values.flatMap(typedValues).map(attributeText)
  return sql`(EXISTS (SELECT 1 FROM product_attributes a WHERE a.product_id = p.id AND a.name = ${name} AND a.value IN (${sql.join(stored)}))
    OR EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.status = 'active' AND v.options ->> CAST(${name} AS TEXT) IN (${sql.join(values)})))`
}

/** All that is written so: `1400` is a text and a number. */
function typedValues(text: string): readonly AttributeValue[] {
  if (text === 'true' || text === 'false') return [text, text === 'true']
  const number = Number(text)
  return String(number) === text && Number.isFinite(number) ? [text, number] : [text]
}
