import { type FilterPart, priceIn, type Sifted } from './filter-documents.ts'
import type { FacetRequest, PriceRange, SearchFacet } from './search-query.ts'
import type { StoredDocument } from './stored-document.ts'

/** Least ratings that are counted. */
export const ratingSteps = [4, 3, 2, 1] as const

/** The part of a filter that is about the same as a facet. */
export function partOf(facet: FacetRequest): FilterPart {
  switch (facet.type) {
    case 'category':
      return 'category'
    case 'price':
      return 'price'
    case 'attribute':
      return `attribute:${facet.name}`
    case 'rating':
      return 'minRating'
  }
}

export function countFacets(facets: readonly FacetRequest[], { hits, missedBy }: Sifted<StoredDocument>): readonly SearchFacet[] {
  return facets.map((facet) => countFacet(facet, [hits, missedBy.get(partOf(facet)) ?? []]))
}

type Parts = readonly (readonly StoredDocument[])[]

function countFacet(facet: FacetRequest, parts: Parts): SearchFacet {
  switch (facet.type) {
    case 'category': {
      const { type, below = [], limit } = facet
      const counts = countValues(parts, ({ within }) => within)
      const values = [...counts]
        .map(([key, count]) => ({ path: JSON.parse(key) as string[], count }))
        .filter(({ path }) => path.length === below.length + 1 && below.every((name, depth) => path[depth] === name))
      return { type, below, values: commonest(values, ({ path }) => path.at(-1) ?? '', limit) }
    }
    case 'attribute': {
      const { type, name, limit } = facet
      const counts = countValues(parts, ({ attributes }) => attributes.get(name) ?? [])
      const values = [...counts].map(([value, count]) => ({ value, count }))
      return { type, name, values: commonest(values, ({ value }) => value, limit) }
    }
    case 'price': {
      const { type, currency, ranges } = facet
      const counts = countRanges(parts, currency, ranges)
      return { type, currency, ranges: ranges.map((range, place) => ({ ...range, count: counts[place] ?? 0 })) }
    }
    case 'rating':
      return {
        type: facet.type,
        values: ratingSteps.map((minRating) => ({ minRating, count: countIf(parts, ({ ratingAverage }) => ratingAverage >= minRating) })),
      }
  }
}

function countValues(parts: Parts, valuesOf: (document: StoredDocument) => Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const documents of parts) {
    for (const document of documents) for (const value of valuesOf(document)) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return counts
}

function countRanges(parts: Parts, currency: string, ranges: readonly PriceRange[]): readonly number[] {
  const ends = ranges.map(({ minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }) => ({ minMinor, maxMinor, count: 0 }))
  for (const documents of parts) {
    for (const document of documents) {
      const price = priceIn(document, currency)
      if (price === undefined) continue
      for (const end of ends) if (price.maxMinor >= end.minMinor && price.minMinor <= end.maxMinor) end.count += 1
    }
  }
  return ends.map(({ count }) => count)
}

function countIf(parts: Parts, holds: (document: StoredDocument) => boolean): number {
  let count = 0
  for (const documents of parts) for (const document of documents) if (holds(document)) count += 1
  return count
}

/** The order of facet values: the commonest first, equals as their code points go. */
export function commonest<Value extends { readonly count: number }>(
  values: readonly Value[],
  nameOf: (value: Value) => string,
  limit: number,
): readonly Value[] {
  return [...values].sort((a, b) => b.count - a.count || byCodePoints(nameOf(a), nameOf(b))).slice(0, limit)
}

function byCodePoints(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
