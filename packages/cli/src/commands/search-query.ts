import type { SearchFacet, SearchHit, SearchInput, SearchSort } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output, Paint } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { amount, count, counted } from '../terminal/words.ts'

interface SearchQueryOptions extends ShopOptions {
  readonly text: string
  readonly limit: number
  readonly sort: SearchSort
  /** `Kitchen > Kettles`. */
  readonly category?: string
  /** `name=value`. */
  readonly where: readonly string[]
  readonly minRating?: number
  readonly inStock?: boolean
  /** `category`, `price`, `rating` or the name of an attribute. */
  readonly facet: readonly string[]
}

/** Finds products by text, narrows them, and counts what they are. */
export async function searchQuery(output: Output, options: SearchQueryOptions): Promise<number> {
  const { text, limit, sort } = options
  const query = { text, limit, sort, filter: filterOf(options), facets: options.facet.map(facetOf), didYouMean: true }
  const { total, items, facets, didYouMean, degraded, elapsedMs } = await withCommerce(options, { create: false }, ({ search }) => search.query(query))
  const hits = items.map(({ handle, title, sku, score, rating }) => ({ handle, title, sku, score, ...(rating.count === 0 ? {} : { rating }) }))
  const asked = { ...(facets.length === 0 ? {} : { facets }), ...(didYouMean === null ? {} : { didYouMean }) }
  output.result({ total, items: hits, ...asked, ...(degraded ? { degraded } : {}), elapsedMs }, () => {
    const away = degraded ? [indexAway(output.paint)] : []
    const spelling = [...away, ...(didYouMean === null ? [] : [`Did you mean "${output.paint('bold', didYouMean)}"?`])]
    if (items.length === 0) return [...spelling, text === '' ? 'No product is so.' : `Nothing matches "${text}".`].join('\n')
    const more = total > items.length ? `, the best ${items.length} shown` : ''
    const counts = facets.map((facet) => facetLines(facet, output.paint))
    return [...spelling, hitTable(items, output), ...counts, `${counted(total, 'hit')}${more}; ${elapsedMs.toFixed(1)} ms`].join('\n')
  })
  return 0
}

function hitTable(items: readonly SearchHit[], { paint, width }: Output): string {
  const columns = [{ title: 'score', align: 'right' }, { title: 'title', flexible: true }, { title: 'rating' }, { title: 'handle' }, { title: 'SKU' }] as const
  const rows = items.map(({ score, title, rating, handle, sku }) => [score.toFixed(1), title, stars(rating), paint('dim', handle), sku])
  return table({ columns, rows, paint, width })
}

/** What an answer of the database in place of the index begins with. */
export function indexAway(paint: Paint): string {
  return paint('yellow', 'The search index is away; the database has answered, by titles and SKUs only.')
}

/** `4.5 (12)`; nothing where nobody has said anything. */
export function stars({ average, count: ratings }: SearchHit['rating']): string {
  return average === null ? '' : `${average.toFixed(1)} (${count(ratings)})`
}

function filterOf({ category, where, minRating, inStock }: SearchQueryOptions) {
  const pairs = where.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
  const attributes = Object.fromEntries([...Map.groupBy(pairs, ([name]) => name)].map(([name, values]) => [name, values.map(([, value]) => value)]))
  return {
    ...(category === undefined ? {} : { category: category.split('>').map((name) => name.trim()) }),
    ...(pairs.length === 0 ? {} : { attributes }),
    ...(minRating === undefined ? {} : { minRating }),
    ...(inStock === undefined ? {} : { inStock }),
  }
}

function facetOf(name: string): NonNullable<SearchInput['facets']>[number] {
  return name === 'category' || name === 'price' || name === 'rating' ? { type: name } : { type: 'attribute', name }
}

/** `colour  red 12 · blue 3`. */
function facetLines(facet: SearchFacet, paint: Paint): string {
  const line = (title: string, values: readonly (readonly [string, number])[]) => {
    const shown = values.filter(([, products]) => products > 0).map(([value, products]) => `${value} ${paint('dim', count(products))}`)
    return `${paint('bold', title)}  ${shown.length === 0 ? 'nothing to count' : shown.join(' · ')}`
  }
  switch (facet.type) {
    case 'attribute':
      return line(
        facet.name,
        facet.values.map(({ value, count: products }) => [value, products]),
      )
    case 'category':
      return line(
        'category',
        facet.values.map(({ path, count: products }) => [path.join(' > '), products]),
      )
    case 'rating':
      return line(
        'rating',
        facet.values.map(({ minRating, count: products }) => [`${minRating} and more`, products]),
      )
    case 'price':
      return line(
        'price',
        facet.ranges.map(({ minMinor, maxMinor, count: products }) => [rangeOf(facet.currency, minMinor, maxMinor), products]),
      )
  }
}

function rangeOf(currency: string, minMinor: number | undefined, maxMinor: number | undefined): string {
  if (minMinor === undefined) return maxMinor === undefined ? `any ${currency}` : `up to ${amount(maxMinor, currency)}`
  return maxMinor === undefined ? `from ${amount(minMinor, currency)}` : `${amount(minMinor, currency)} to ${amount(maxMinor, currency)}`
}
