import { meanOf, ndcg, type Ratings, recall } from './ndcg.ts'

/** What a search answers: ids, best first. */
export type Rank = (query: string) => Promise<readonly string[]>

/** One query's scores; undefined where the query has nothing good to find. */
export interface QueryScore {
  readonly query: string
  readonly unjudgedZero: number | undefined
  readonly unjudgedRemoved: number | undefined
  readonly recall: number | undefined
}

export interface Scores {
  /** nDCG@10, documents nobody judged counting as useless. */
  readonly unjudgedZero: number
  /** nDCG@10, documents nobody judged left out. */
  readonly unjudgedRemoved: number
  /** Recall@20 of documents rated 2 or 3. */
  readonly recall: number
}

export async function scoreQueries(rank: Rank, judgments: ReadonlyMap<string, Ratings>): Promise<readonly QueryScore[]> {
  const scores: QueryScore[] = []
  for (const [query, ratings] of judgments) {
    const ranking = await rank(query)
    scores.push({
      query,
      unjudgedZero: ndcg(ranking, ratings, { depth: 10, unjudged: 'zero' }),
      unjudgedRemoved: ndcg(ranking, ratings, { depth: 10, unjudged: 'removed' }),
      recall: recall(ranking, ratings, { depth: 20, rating: 2 }),
    })
  }
  return scores
}

export function meanScores(scores: readonly QueryScore[]): Scores {
  return {
    unjudgedZero: meanOf(scores.map(({ unjudgedZero }) => unjudgedZero)),
    unjudgedRemoved: meanOf(scores.map(({ unjudgedRemoved }) => unjudgedRemoved)),
    recall: meanOf(scores.map((score) => score.recall)),
  }
}
