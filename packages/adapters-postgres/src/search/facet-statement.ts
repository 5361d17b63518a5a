import { commonest, type FacetRequest, type FilterPart, partOf, ratingSteps, type SearchFacet, type SearchQuery } from '@cartwright/core/ports'
import { labelOf } from './document-row.ts'
import { filterConditions } from './filter-conditions.ts'
import { type Matching, matchCondition, pinsOf, type SqlStatement } from './hit-statement.ts'
import { SqlParameters } from './sql-parameters.ts'

/** A count of one value; `value` is what the facet's kind writes there. */
export interface FacetRow {
  readonly facet: number
  readonly value: string
  readonly count: number
}

/**
 * The counts of every facet, from one reading of the products that match. Parts of the filter that no facet ignores are conditions; of the others each product says
 * whether it meets them, and is read as long as it misses one at most.
 */
export function facetStatement(matching: Matching, query: SearchQuery): SqlStatement {
  const parameters = new SqlParameters()
  const { facets = [], filter = {} } = query
  const generation = parameters.add(matching.generation, 'integer')
  const pins = pinsOf(query)
  const found = matchCondition(matching, parameters)
  const matched = pins.length === 0 ? found : `(${found} OR id = ANY (${parameters.add(pins, 'text[]')}))`
  const conditions = filterConditions(filter, parameters)
  const ignored = new Set(facets.map(partOf))
  const flagged = [...conditions].filter(([part]) => ignored.has(part))
  const flags = new Map(flagged.map(([part], index) => [part, `meets_${index}`]))
  const firm = [...conditions].filter(([part]) => !ignored.has(part)).map(([, condition]) => condition)
  const misses = flagged.map(([, condition]) => `(NOT ${condition})::integer`)
  const needed = columnsOf(facets)
  const columns = [...needed, ...flagged.map(([part, condition]) => `${condition} AS ${flags.get(part)}`)]
  const counts = facets.map((facet, index) => countsOf(facet, index, othersMet(flags, partOf(facet)), parameters))
  const sql = `
  WITH found AS MATERIALIZED (
    SELECT ${columns.join(', ')}
    FROM search_documents
    WHERE generation = ${generation} AND ${[matched, ...firm, ...(misses.length > 1 ? [`${misses.join(' + ')} <= 1`] : [])].join(' AND ')}
  )
  ${counts.join('\n  UNION ALL ')}`
  return { sql, parameters: parameters.values }
}

/** What the rows of a statement say, in the order of the facets. */
export function facetsOf(facets: readonly FacetRequest[], rows: readonly FacetRow[]): readonly SearchFacet[] {
  return facets.map((facet, index) =>
    facetOf(
      facet,
      rows.filter((row) => row.facet === index),
    ),
  )
}

function facetOf(facet: FacetRequest, counts: readonly FacetRow[]): SearchFacet {
  const countOf = (value: string) => counts.find((row) => row.value === value)?.count ?? 0
  switch (facet.type) {
    case 'category': {
      const values = counts.map(({ value, count }) => ({ path: JSON.parse(value) as string[], count }))
      return { type: facet.type, below: facet.below ?? [], values: commonest(values, ({ path }) => path.at(-1) ?? '', facet.limit) }
    }
    case 'attribute': {
      const values = counts.map(({ value, count }) => ({ value: value.slice(facet.name.length + 1), count }))
      return { type: facet.type, name: facet.name, values: commonest(values, ({ value }) => value, facet.limit) }
    }
    case 'price':
      return { ...facet, ranges: facet.ranges.map((range, place) => ({ ...range, count: countOf(`${place + 1}`) })) }
    case 'rating':
      return { type: facet.type, values: ratingSteps.map((minRating) => ({ minRating, count: countOf(`${minRating}`) })) }
  }
}

function othersMet(flags: ReadonlyMap<FilterPart, string>, own: FilterPart): string {
  const others = [...flags].filter(([part]) => part !== own).map(([, flag]) => flag)
  return others.length === 0 ? 'true' : others.join(' AND ')
}

/** Rows of the largest columns cost the most to read. */
function columnsOf(facets: readonly FacetRequest[]): readonly string[] {
  const columns: Readonly<Record<FacetRequest['type'], readonly string[]>> = {
    category: ['categories'],
    price: ['currencies', 'min_prices', 'max_prices'],
    attribute: ['labels'],
    rating: ['rating'],
  }
  return [...new Set(facets.flatMap(({ type }) => columns[type]))]
}

function countsOf(facet: FacetRequest, index: number, others: string, parameters: SqlParameters): string {
  switch (facet.type) {
    case 'category': {
      const { below = [], limit } = facet
      const depth = parameters.add(below.length, 'integer')
      const beginning = parameters.add(below.length === 0 ? '[' : `${JSON.stringify(below).slice(0, -1)},`, 'text')
      return `(SELECT ${index} AS facet, category AS value, count FROM (
        SELECT category, count(*) AS count FROM found, unnest(categories) AS category WHERE ${others} AND starts_with(category, ${beginning}) GROUP BY category
      ) AS counted WHERE jsonb_array_length(category::jsonb) = ${depth} + 1
      ORDER BY count DESC, (category::jsonb ->> ${depth}) COLLATE "C" LIMIT ${parameters.add(limit, 'integer')})`
    }
    case 'attribute':
      return `(SELECT ${index} AS facet, label AS value, count(*) AS count FROM found, unnest(labels) AS label
      WHERE ${others} AND starts_with(label, ${parameters.add(labelOf(facet.name, ''), 'text')})
      GROUP BY label ORDER BY count DESC, label COLLATE "C" LIMIT ${parameters.add(facet.limit, 'integer')})`
    case 'price': {
      const least = parameters.add(
        facet.ranges.map(({ minMinor = 0 }) => minMinor),
        'bigint[]',
      )
      const greatest = parameters.add(
        facet.ranges.map(({ maxMinor = Number.MAX_SAFE_INTEGER }) => maxMinor),
        'bigint[]',
      )
      return `(SELECT ${index} AS facet, span.place::text AS value, count(*) AS count
      FROM (SELECT array_position(currencies, ${parameters.add(facet.currency, 'text')}) AS at, min_prices, max_prices FROM found WHERE ${others}) AS priced
      JOIN unnest(${least}, ${greatest}) WITH ORDINALITY AS span (least, greatest, place) ON max_prices[at] >= span.least AND min_prices[at] <= span.greatest
      GROUP BY span.place)`
    }
    case 'rating':
      return `(SELECT ${index} AS facet, step::text AS value, count(*) AS count FROM found JOIN unnest(${parameters.add([...ratingSteps], 'integer[]')}) AS step ON rating >= step
      WHERE ${others} GROUP BY step)`
  }
}
