import type { ProductGroup, SearchFilter } from './search-query.ts'
import { categoryKey, type StoredDocument } from './stored-document.ts'

/** A part of a filter that a facet may ignore; `attribute:` goes with a name. */
export type FilterPart = 'category' | 'price' | 'inStock' | 'minRating' | `attribute:${string}`

type Test = readonly [part: FilterPart, holds: (document: StoredDocument) => boolean]

/** The parts of a filter as tests, each under its name. */
export function filterTests({ category, price, inStock, attributes = [], minRating }: SearchFilter): readonly Test[] {
  const tests: Test[] = []
  if (category !== undefined) {
    const key = categoryKey(category)
    tests.push(['category', ({ within }) => within.includes(key)])
  }
  if (inStock !== undefined) tests.push(['inStock', (document) => document.inStock === inStock])
  if (price !== undefined) tests.push(['price', priceTest(price)])
  if (minRating !== undefined) tests.push(['minRating', ({ ratingAverage }) => ratingAverage >= minRating])
  for (const { name, values } of attributes) {
    const wanted = new Set(values)
    tests.push([`attribute:${name}`, (document) => document.attributes.get(name)?.some((value) => wanted.has(value)) === true])
  }
  return tests
}

function priceTest({ currency, minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }: NonNullable<SearchFilter['price']>) {
  return (document: StoredDocument): boolean => {
    const range = priceIn(document, currency)
    return range !== undefined && range.maxMinor >= minMinor && range.minMinor <= maxMinor
  }
}

/** What a product costs in one currency. A loop, because it is asked of every hit. */
export function priceIn({ prices }: StoredDocument, currency: string): StoredDocument['prices'][number] | undefined {
  for (const range of prices) if (range.currency === currency) return range
  return undefined
}

/** Whether a document belongs to a group; undefined for a group that has none. */
export function groupTest({ productIds, categories, attributes }: ProductGroup): ((document: StoredDocument) => boolean) | undefined {
  if (productIds.length + categories.length + attributes.length === 0) return undefined
  const ids = new Set<string>(productIds)
  const keys = categories.map(categoryKey)
  return (document) =>
    ids.has(document.id) ||
    keys.some((key) => document.within.includes(key)) ||
    attributes.some(({ name, value }) => document.attributes.get(name)?.includes(value) === true)
}

/** Documents that a filter lets through, and those that one part of it alone keeps out. */
export interface Sifted<Item> {
  readonly hits: readonly Item[]
  /** By the part that keeps them out; of the parts asked for only. */
  readonly missedBy: ReadonlyMap<FilterPart, readonly Item[]>
}

/** @param parts - those whose near misses are wanted. */
export function sift<Item>(
  items: readonly Item[],
  documentOf: (item: Item) => StoredDocument,
  tests: readonly Test[],
  parts: ReadonlySet<FilterPart>,
): Sifted<Item> {
  if (tests.length === 0) return { hits: items, missedBy: new Map() }
  const hits: Item[] = []
  const missedBy = new Map<FilterPart, Item[]>([...parts].map((part) => [part, []]))
  for (const item of items) {
    const failed = soleFailure(documentOf(item), tests)
    if (failed === undefined) hits.push(item)
    else if (failed !== 'several') missedBy.get(failed)?.push(item)
  }
  return { hits, missedBy }
}

function soleFailure(document: StoredDocument, tests: readonly Test[]): FilterPart | 'several' | undefined {
  let failed: FilterPart | undefined
  for (const [part, holds] of tests) {
    if (holds(document)) continue
    if (failed !== undefined) return 'several'
    failed = part
  }
  return failed
}
