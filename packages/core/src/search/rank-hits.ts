import type { SearchDocument } from './search-index.ts'

/** What filters, sorting and answers need of a document. */
export type StoredDocument = Pick<SearchDocument, 'id' | 'handle' | 'title' | 'sku' | 'prices' | 'inStock' | 'ratingAverage'> & {
  /** Its categories and all above them. */
  readonly within: ReadonlySet<string>
  /** Digest of its texts: while it stays, nothing is indexed anew. */
  readonly digest: string
}

export interface ScoredDocument {
  readonly document: StoredDocument
  readonly score: number
}

/**
 * Merges documents that have every word with those that have some: the former always come first. Then by score, rating and handle.
 *
 * @param partial - may contain the complete ones again.
 */
export function rankHits(complete: readonly ScoredDocument[], partial: readonly ScoredDocument[]): readonly ScoredDocument[] {
  const have = new Set(complete.map(({ document }) => document.id))
  const rest = partial.filter(({ document }) => !have.has(document.id))
  const lowest = complete.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY)
  const highest = rest.reduce((most, { score }) => Math.max(most, score), 0)
  // Scaled down rather than cut off, so that the order among them stays.
  const scale = highest >= lowest ? (lowest / highest) * 0.99 : 1
  return [...complete, ...rest.map(({ document, score }) => ({ document, score: score * scale }))].sort(byScoreRatingHandle)
}

function byScoreRatingHandle(a: ScoredDocument, b: ScoredDocument): number {
  if (a.score !== b.score) return b.score - a.score
  if (a.document.ratingAverage !== b.document.ratingAverage) return b.document.ratingAverage - a.document.ratingAverage
  return a.document.handle < b.document.handle ? -1 : 1
}
