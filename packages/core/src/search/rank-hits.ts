import type { SearchSort } from './search-query.ts'
import { type StoredDocument, titleKey } from './stored-document.ts'

export interface ScoredDocument {
  readonly document: StoredDocument
  readonly score: number
  /** Words of the document that were found. */
  readonly terms: readonly string[]
}

export interface Hit extends ScoredDocument {
  /** Whether it has every word. */
  readonly complete: boolean
}

/**
 * Merges documents that have every word with those that have some: the scores of the former are always higher.
 *
 * @param partial - may contain the complete ones again.
 */
export function mergeHits(complete: readonly ScoredDocument[], partial: readonly ScoredDocument[]): readonly Hit[] {
  const every = complete.map((hit) => ({ ...hit, complete: true }))
  if (partial.length === 0) return every
  const have = new Set(complete.map(({ document }) => document.id))
  const rest = partial.filter(({ document }) => !have.has(document.id))
  const lowest = complete.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY)
  const highest = rest.reduce((most, { score }) => Math.max(most, score), 0)
  // Scaled down rather than cut off, so that the order among them stays.
  const scale = highest >= lowest ? (lowest / highest) * 0.99 : 1
  return [...every, ...rest.map((hit) => ({ ...hit, score: hit.score * scale, complete: false }))]
}

/** What relevance is overruled by. */
export interface Tiers {
  readonly boosted?: ((document: StoredDocument) => boolean) | undefined
  readonly buried?: ((document: StoredDocument) => boolean) | undefined
}

/** By score, rating and handle; boosted ones before others that match as well, buried ones last. */
export function rankByRelevance(hits: readonly Hit[], { boosted, buried }: Tiers): readonly Hit[] {
  if (boosted === undefined && buried === undefined) return [...hits].sort(byScoreRatingHandle)
  const tierOf = (hit: Hit) => {
    if (buried?.(hit.document)) return 4
    return (hit.complete ? 0 : 2) + (boosted?.(hit.document) ? 0 : 1)
  }
  const tiers = new Map(hits.map((hit) => [hit, tierOf(hit)]))
  return [...hits].sort((a, b) => (tiers.get(a) ?? 0) - (tiers.get(b) ?? 0) || byScoreRatingHandle(a, b))
}

/** @param currency - of the price sorts. */
export function rankBy(hits: readonly Hit[], sort: Exclude<SearchSort, 'relevance'>, currency: string | undefined): readonly Hit[] {
  const keyOf = sortKey(sort, currency)
  const keyed = hits.map((hit) => ({ hit, key: keyOf(hit.document) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : byHandle(a.hit, b.hit))).map(({ hit }) => hit)
}

function sortKey(sort: Exclude<SearchSort, 'relevance'>, currency: string | undefined): (document: StoredDocument) => number | string {
  const lowest = ({ prices }: StoredDocument) => prices.find((price) => price.currency === currency)?.minMinor
  switch (sort) {
    case 'price_asc':
      return (document) => lowest(document) ?? Number.POSITIVE_INFINITY
    case 'price_desc':
      return (document) => -(lowest(document) ?? Number.NEGATIVE_INFINITY)
    case 'rating':
      return ({ ratingAverage }) => -ratingAverage
    case 'newest':
      return ({ createdMs }) => -createdMs
    case 'title':
      return ({ title }) => titleKey(title)
  }
}

function byScoreRatingHandle(a: ScoredDocument, b: ScoredDocument): number {
  if (a.score !== b.score) return b.score - a.score
  if (a.document.ratingAverage !== b.document.ratingAverage) return b.document.ratingAverage - a.document.ratingAverage
  return byHandle(a, b)
}

function byHandle(a: ScoredDocument, b: ScoredDocument): number {
  return a.document.handle < b.document.handle ? -1 : 1
}
