import { categoryKey, type FilterPart, type SearchFilter } from '@cartwright/core/ports'
import { labelOf } from './document-row.ts'
import type { SqlParameters } from './sql-parameters.ts'

/** The parts of a filter as conditions on `search_documents`. What is not given leaves no trace, so that each combination has a plan of its own. */
export function filterConditions(
  { category, price, inStock, attributes = [], minRating }: SearchFilter,
  parameters: SqlParameters,
): ReadonlyMap<FilterPart, string> {
  const conditions = new Map<FilterPart, string>()
  if (category !== undefined) conditions.set('category', `categories @> ARRAY[${parameters.add(categoryKey(category), 'text')}]`)
  if (inStock !== undefined) conditions.set('inStock', `in_stock = ${parameters.add(inStock, 'boolean')}`)
  if (price !== undefined) conditions.set('price', priceCondition(price, parameters))
  if (minRating !== undefined) conditions.set('minRating', `rating >= ${parameters.add(minRating, 'float8')}`)
  for (const { name, values } of attributes) {
    const labels = values.map((value) => labelOf(name, value))
    conditions.set(`attribute:${name}`, `labels && ${parameters.add(labels, 'text[]')}`)
  }
  return conditions
}

/** A currency that a product has no price in makes it unknown, which is as good as false. */
function priceCondition({ currency, minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }: NonNullable<SearchFilter['price']>, parameters: SqlParameters): string {
  const place = `array_position(currencies, ${parameters.add(currency, 'text')})`
  const [least, greatest] = [parameters.add(minMinor, 'bigint'), parameters.add(maxMinor, 'bigint')]
  return `coalesce(max_prices[${place}] >= ${least} AND min_prices[${place}] <= ${greatest}, false)`
}
