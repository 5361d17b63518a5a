import type { ProductListQuery } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import type { SqlSession } from '../engine/session.ts'
import { attributeText, pathText } from './catalog-rows.ts'
import { buyableNow } from './catalog-stock-condition.ts'

export type Condition = RawBuilder<unknown>

export type PriceFilter = NonNullable<ProductListQuery['filter']['price']>

/** What a listing keeps. */
export interface Filter {
  /** On the product of this id. Nothing that an engine could turn into a join: it would read all that the filter keeps before it walks to the first page. */
  readonly condition: (id: RawBuilder<unknown>) => Condition
  /** The ids it keeps, as `product_id`, in no order, where an index gives them; one may come more than once. */
  readonly ids?: RawBuilder<unknown>
}

/** A filter that may keep few products: only when the statement runs is it known whether it does. */
export interface NarrowFilter {
  readonly filter: Filter
  readonly ids: RawBuilder<unknown>
  /** Of the first of its ids in the statement. */
  readonly name: RawBuilder<unknown>
  /** Asks for no row, so that the engine answers it once and runs only the branch that it lets through. */
  readonly isNarrow: Condition
}

export function narrowFilters(filters: readonly Filter[], few: number): readonly NarrowFilter[] {
  return filters
    .flatMap((filter) => (filter.ids === undefined ? [] : [{ filter, ids: filter.ids }]))
    .map(({ filter, ids }, place) => {
      const name = sql.ref(`kept_${place}`)
      return { filter, ids, name, isNarrow: sql`((SELECT COUNT(*) FROM ${name}) <= ${few})` }
    })
}

/** @param idsInRange - gives the ids that a range of prices keeps, where an index does. */
export function filtersOf(
  { codecs }: SqlSession,
  filter: ProductListQuery['filter'],
  idsInRange: (price: PriceFilter) => RawBuilder<unknown> | undefined = () => undefined,
): readonly Filter[] {
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
    const ids = idsInRange(filter.price)
    filters.push(ids === undefined ? { condition } : { condition, ids })
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

export function priceBounds({ currency, minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }: PriceFilter) {
  return { currency, minMinor, maxMinor }
}

/** Whether a product's range of prices has anything in common with this one. */
export function overlaps(table: 'o' | 'pp' | 'e', minMinor: number, maxMinor: number): Condition {
  return sql`${sql.ref(`${table}.min_minor`)} <= ${maxMinor} AND ${sql.ref(`${table}.max_minor`)} >= ${minMinor}`
}
