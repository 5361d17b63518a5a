import { meanOf } from './ndcg.ts'
import type { QueryScore } from './score-rankings.ts'

/** Parts of nearly equal size, in an order that depends on the seed only. */
export function folds<Item>(items: readonly Item[], count: number, seed: number): readonly (readonly Item[])[] {
  const next = mulberry32(seed)
  const shuffled = [...items]
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    const other = Math.floor(next() * (index + 1))
    const held = shuffled[index] as Item
    shuffled[index] = shuffled[other] as Item
    shuffled[other] = held
  }
  return Array.from({ length: count }, (_, fold) => shuffled.filter((_item, index) => index % count === fold))
}

export interface CrossValidated {
  /** Mean nDCG@10 (unjudged 0) of queries, each scored by the configuration that was best without its fold. */
  readonly mean: number
  /** The configuration chosen for each fold. */
  readonly chosen: readonly string[]
}

/** What choosing among configurations is worth on queries the choice has not seen. @param scores - by configuration, the same queries in each. */
export function crossValidate(scores: ReadonlyMap<string, readonly QueryScore[]>, count: number, seed: number): CrossValidated {
  const queries = [...(scores.values().next().value ?? [])].filter(({ unjudgedZero }) => unjudgedZero !== undefined).map(({ query }) => query)
  const held: number[] = []
  const chosen: string[] = []
  for (const fold of folds(queries, count, seed)) {
    const unseen = new Set(fold)
    const meanOver = (name: string, wanted: (query: string) => boolean) =>
      meanOf((scores.get(name) ?? []).filter(({ query }) => wanted(query)).map(({ unjudgedZero }) => unjudgedZero))
    const [best] = [...scores.keys()].sort((a, b) => meanOver(b, (query) => !unseen.has(query)) - meanOver(a, (query) => !unseen.has(query)))
    if (best === undefined) continue
    chosen.push(best)
    held.push(...(scores.get(best) ?? []).filter(({ query }) => unseen.has(query)).map(({ unjudgedZero }) => unjudgedZero ?? 0))
  }
  return { mean: meanOf(held), chosen }
}

/** A small seeded generator (Tommy Ettinger's mulberry32): plenty for shuffling. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
