import { categoryKey, type ProductGroup, type SearchQuery, type SearchSort } from '@cartwright/core/ports'
import { labelOf } from './document-row.ts'
import { filterConditions } from './filter-conditions.ts'
import type { SearchTerms } from './search-terms.ts'
import { SqlParameters } from './sql-parameters.ts'

export interface SqlStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** What a statement matches: a `tsquery`, or everything where no word is given. */
export interface Matching {
  readonly generation: number
  readonly terms: SearchTerms | undefined
  /** Of the terms; undefined to match everything. */
  readonly query: string | undefined
}

/** Of the classes D, C, B, A: attributes, description, codes with vendor and categories, title. */
const classWeights = [0.1, 0.2, 0.5, 1]

/**
 * One page of hits and the number of all. One row at least; without a hit its `id` is null. Pinned hits come whole, whatever the page, with their `pin`; the others
 * as far as the page may need them. `complete` counts products with every word whatever the filter, up to `enough`, where that is asked for.
 */
export function hitStatement(matching: Matching, query: SearchQuery, { enough }: { readonly enough: number | undefined }): SqlStatement {
  const parameters = new SqlParameters()
  const generation = parameters.add(matching.generation, 'integer')
  const pins = pinsOf(query)
  const pinIds = pins.length === 0 ? undefined : parameters.add(pins, 'text[]')
  const conditions = [...filterConditions(query.filter ?? {}, parameters).values()]
  const found = matchCondition(matching, parameters)
  const matched = pinIds === undefined ? found : `(${found} OR id = ANY (${pinIds}))`
  const order = orderOf(query, parameters)
  // Without a filter or a pin every hit of all words is such a product, and the total says how many there are.
  const counted = enough === undefined || conditions.length + pins.length === 0 ? undefined : matching.terms
  const complete = counted === undefined ? undefined : { every: parameters.add(counted.every, 'tsquery'), enough }
  const window = windowOf(query, pins.length)
  const sql = `
  WITH hits AS MATERIALIZED (
    SELECT id, handle, rating, ${scoreOf(matching, parameters)} AS score, ${tierOf(query, matching, parameters)} AS tier, ${order.key} AS key,
      ${pinIds === undefined ? 'NULL::integer' : `array_position(${pinIds}, id)`} AS pin
    FROM search_documents WHERE generation = ${generation} AND ${[matched, ...conditions].join(' AND ')}
  ), page AS (
    (SELECT * FROM hits WHERE pin IS NULL
      ORDER BY ${order.by('hits')} LIMIT ${parameters.add(window.limit, 'integer')} OFFSET ${parameters.add(window.offset, 'integer')})
    ${pinIds === undefined ? '' : 'UNION ALL SELECT * FROM hits WHERE pin IS NOT NULL'}
  )
  SELECT counted.total, counted.pinned,
    ${complete === undefined ? 'NULL' : `(SELECT count(*) FROM (SELECT FROM search_documents WHERE generation = ${generation} AND words @@ ${complete.every} LIMIT ${complete.enough}) AS c)`} AS complete,
    document.id, document.handle, document.title, document.sku, document.in_stock, document.rating, document.ratings, page.score, page.pin
    ${query.highlight === true ? ', described.description' : ''}
  FROM (SELECT count(*) AS total, count(pin) AS pinned FROM hits) AS counted
  LEFT JOIN page ON true
  LEFT JOIN search_documents AS document ON document.generation = ${generation} AND document.id = page.id
  ${query.highlight === true ? `LEFT JOIN search_descriptions AS described ON described.generation = ${generation} AND described.id = page.id` : ''}
  ORDER BY page.pin, ${order.by('page')}`
  return { sql, parameters: parameters.values }
}

/** Products pinned for the query, by position. */
export function pinsOf({ merchandising, sort = 'relevance' }: SearchQuery): readonly string[] {
  if (merchandising === undefined || sort !== 'relevance') return []
  return [...merchandising.pins].sort((a, b) => a.position - b.position).map(({ productId }) => productId)
}

export function matchCondition({ query }: Matching, parameters: SqlParameters): string {
  return query === undefined ? 'true' : `words @@ ${parameters.add(query, 'tsquery')}`
}

/** As many as may stand on the page between or instead of pinned ones. */
function windowOf({ limit, offset }: SearchQuery, pins: number): { readonly limit: number; readonly offset: number } {
  const first = Math.max(0, offset - pins)
  return { limit: offset + limit - first, offset: first }
}

function scoreOf({ terms, query }: Matching, parameters: SqlParameters): string {
  if (terms === undefined || query === undefined) return '0::float8'
  const classes = parameters.add(classWeights, 'float4[]')
  const ranks = terms.ranked.map((ranked, index) => {
    const weight = parameters.add(terms.weights[index], 'float8')
    return `${weight} * ts_rank(${classes}, words, ${parameters.add(ranked, 'tsquery')})`
  })
  const sum = ranks.join(' + ')
  if (query === terms.every) return `${parameters.add(terms.bound, 'float8')} + ${sum}`
  return `CASE WHEN words @@ ${parameters.add(terms.every, 'tsquery')} THEN ${parameters.add(terms.bound, 'float8')} ELSE 0 END + ${sum}`
}

/** Boosted ones before others that match as well, buried ones last. */
function tierOf({ merchandising }: SearchQuery, { terms, query }: Matching, parameters: SqlParameters): string {
  if (merchandising === undefined) return '0'
  const boosted = groupCondition(merchandising.boost, parameters)
  const buried = groupCondition(merchandising.bury, parameters)
  if (boosted === undefined && buried === undefined) return '0'
  const partial = terms === undefined || query === terms.every ? '0' : `CASE WHEN words @@ ${parameters.add(terms.every, 'tsquery')} THEN 0 ELSE 2 END`
  return `CASE WHEN ${buried ?? 'false'} THEN 4 WHEN ${boosted ?? 'false'} THEN ${partial} ELSE 1 + ${partial} END`
}

function groupCondition({ productIds, categories, attributes }: ProductGroup, parameters: SqlParameters): string | undefined {
  const conditions: string[] = []
  if (productIds.length > 0) conditions.push(`id = ANY (${parameters.add(productIds, 'text[]')})`)
  if (categories.length > 0) conditions.push(`categories && ${parameters.add(categories.map(categoryKey), 'text[]')}`)
  if (attributes.length > 0)
    conditions.push(
      `labels && ${parameters.add(
        attributes.map(({ name, value }) => labelOf(name, value)),
        'text[]',
      )}`,
    )
  return conditions.length === 0 ? undefined : `(${conditions.join(' OR ')})`
}

interface HitOrder {
  /** What a row is sorted by besides its score, rating and handle. */
  readonly key: string
  /** The order of rows of this name. */
  readonly by: (rows: string) => string
}

const byHandle = (rows: string) => `${rows}.handle COLLATE "C"`

function orderOf({ sort = 'relevance', currency = '' }: SearchQuery, parameters: SqlParameters): HitOrder {
  const lowest = () => `min_prices[array_position(currencies, ${parameters.add(currency, 'text')})]`
  const byKey = (direction: string) => (rows: string) => `${rows}.key ${direction}, ${byHandle(rows)}`
  const orders: Readonly<Record<SearchSort, () => HitOrder>> = {
    relevance: () => ({ key: '0', by: (rows) => `${rows}.tier, ${rows}.score DESC, ${rows}.rating DESC, ${byHandle(rows)}` }),
    price_asc: () => ({ key: lowest(), by: byKey('NULLS LAST') }),
    price_desc: () => ({ key: lowest(), by: byKey('DESC NULLS LAST') }),
    rating: () => ({ key: '0', by: (rows) => `${rows}.rating DESC, ${byHandle(rows)}` }),
    newest: () => ({ key: 'created', by: byKey('DESC') }),
    title: () => ({ key: 'title_key', by: (rows) => `${rows}.key COLLATE "C", ${byHandle(rows)}` }),
  }
  return orders[sort]()
}
