/** How good a document is for a query, by its id: 0 (useless) to 3 (exact). */
export type Ratings = ReadonlyMap<string, number>

/** What to make of documents that nobody has rated: rate them 0, or leave them out of the ranking. */
export type Unjudged = 'zero' | 'removed'

/**
 * Normalised discounted cumulative gain of the first `depth` hits, gain 2^rating − 1: 1 when no other order could be better, 0 when nothing good is there.
 *
 * @returns undefined when no document of the query is rated above 0: no order is better than another.
 */
export function ndcg(ranking: readonly string[], ratings: Ratings, options: { readonly depth: number; readonly unjudged: Unjudged }): number | undefined {
  const judged = options.unjudged === 'removed' ? ranking.filter((id) => ratings.has(id)) : ranking
  const ideal = dcg(
    [...ratings.values()].sort((a, b) => b - a),
    options.depth,
  )
  if (ideal === 0) return undefined
  return (
    dcg(
      judged.map((id) => ratings.get(id) ?? 0),
      options.depth,
    ) / ideal
  )
}

/** The share of documents rated at least `rating` that are among the first `depth` hits; undefined when there are none. */
export function recall(ranking: readonly string[], ratings: Ratings, options: { readonly depth: number; readonly rating: number }): number | undefined {
  const wanted = [...ratings].filter(([, rating]) => rating >= options.rating).map(([id]) => id)
  if (wanted.length === 0) return undefined
  const found = new Set(ranking.slice(0, options.depth))
  return wanted.filter((id) => found.has(id)).length / wanted.length
}

/** The mean of what is defined; 0 of nothing. */
export function meanOf(values: readonly (number | undefined)[]): number {
  const defined = values.filter((value) => value !== undefined)
  return defined.length === 0 ? 0 : defined.reduce((sum, value) => sum + value, 0) / defined.length
}

function dcg(ratings: readonly number[], depth: number): number {
  return ratings.slice(0, depth).reduce((sum, rating, rank) => sum + (2 ** rating - 1) / Math.log2(rank + 2), 0)
}
