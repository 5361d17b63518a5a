import { priceIn } from './filter-documents.ts'
import type { SearchSort } from './search-query.ts'
import { type StoredDocument, titleKey } from './stored-document.ts'

export interface Hit {
  readonly document: StoredDocument
  readonly score: number
  /** Words of the document that were found. */
  readonly terms: readonly string[]
  /** Whether it has every word. */
  readonly complete: boolean
}

/**
 * Merges documents that have every word with those that have some: the scores of the former are always higher.
 *
 * @param partial - may contain the complete ones again.
 */
export function mergeHits(complete: readonly Hit[], partial: readonly Hit[]): readonly Hit[] {
  if (partial.length === 0) return complete
  const have = new Set(complete.map(({ document }) => document.id))
  const rest = partial.filter(({ document }) => !have.has(document.id))
  const lowest = complete.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY)
  const highest = rest.reduce((most, { score }) => Math.max(most, score), 0)
  // Scaled down rather than cut off, so that the order among them stays.
  const scale = highest >= lowest ? (lowest / highest) * 0.99 : 1
  return [...complete, ...rest.map((hit) => ({ ...hit, score: hit.score * scale }))]
}

/** What relevance is overruled by. */
export interface Tiers {
  readonly boosted?: ((document: StoredDocument) => boolean) | undefined
  readonly buried?: ((document: StoredDocument) => boolean) | undefined
}

/** The first `count` hits by score, rating and handle; boosted ones before others that match as well, buried ones last. */
export function rankByRelevance(hits: readonly Hit[], count: number, { boosted, buried }: Tiers = {}): readonly Hit[] {
  if (boosted === undefined && buried === undefined) return firstOf(hits, count, byScoreRatingHandle)
  const tierOf = (hit: Hit) => {
    if (buried?.(hit.document)) return 4
    return (hit.complete ? 0 : 2) + (boosted?.(hit.document) ? 0 : 1)
  }
  const tiers = new Map(hits.map((hit) => [hit, tierOf(hit)]))
  return firstOf(hits, count, (a, b) => (tiers.get(a) ?? 0) - (tiers.get(b) ?? 0) || byScoreRatingHandle(a, b))
}

/** The first `count` hits in another order. @param currency - of the price sorts. */
export function rankBy(hits: readonly Hit[], count: number, sort: Exclude<SearchSort, 'relevance'>, currency: string): readonly Hit[] {
  const keyOf = sortKey(sort, currency)
  const keyed = hits.map((hit) => ({ hit, key: keyOf(hit.document) }))
  return firstOf(keyed, count, (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : byHandle(a.hit, b.hit))).map(({ hit }) => hit)
}

/** The first items of an order, without putting all others in order too. */
function firstOf<Item>(items: readonly Item[], count: number, compare: (a: Item, b: Item) => number): readonly Item[] {
  if (items.length <= 4 * count) return [...items].sort(compare).slice(0, count)
  let best: Item[] = []
  let last: Item | undefined
  for (const item of items) {
    if (last !== undefined && compare(item, last) > 0) continue
    best.push(item)
    if (best.length < 2 * count) continue
    best = best.sort(compare).slice(0, count)
    last = best.at(-1)
  }
  return best.sort(compare).slice(0, count)
}

function sortKey(sort: Exclude<SearchSort, 'relevance'>, currency: string): (document: StoredDocument) => number | string {
  const lowest = (document: StoredDocument) => priceIn(document, currency)?.minMinor
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

function byScoreRatingHandle(a: Hit, b: Hit): number {
  if (a.score !== b.score) return b.score - a.score
  if (a.document.ratingAverage !== b.document.ratingAverage) return b.document.ratingAverage - a.document.ratingAverage
  return byHandle(a, b)
}

function byHandle(a: Hit, b: Hit): number {
  return a.document.handle < b.document.handle ? -1 : 1
}
