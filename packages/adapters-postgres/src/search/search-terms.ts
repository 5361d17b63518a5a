import { mayBeBeginning, toleratedTypos } from '@cartwright/core/ports'
import { quotedWord } from './document-row.ts'
import { editDistance } from './edit-distance.ts'

/** A word that the index has, found for a word that was typed. */
export interface KnownWord {
  readonly asked: string
  readonly word: string
  /** How many products have it. */
  readonly documents: number
}

/** What a query asks of the rows, as the parameters of its statement. */
export interface SearchTerms {
  /** `tsquery`: every word, or one that stands for it. */
  readonly every: string
  /** `tsquery`: at least one of them. */
  readonly some: string
  /** `tsquery` of each thing that is ranked, with its weight. */
  readonly ranked: readonly string[]
  readonly weights: readonly number[]
  /** More than any score can be. */
  readonly bound: number
}

/** Of a word typed wrong, or not to its end, against the same word as it stands. */
const likenessWeight = 0.35
/** Words that stand for one typed wrong, at most; the commonest of the nearest. */
const maxLookalikes = 12

/**
 * Decides what stands for each word that was typed: itself, longer words that it begins, and known words with few other letters. A rare word says more about
 * what is meant than a common one.
 *
 * @param words - distinct, folded.
 * @param products - how many the index has.
 */
export function searchTerms(words: readonly string[], known: readonly KnownWord[], products: number): SearchTerms {
  const alternatives: string[] = []
  const ranked: string[] = []
  const weights: number[] = []
  for (const word of words) {
    const found = known.filter(({ asked }) => asked === word)
    const lookalikes = lookalikesOf(word, found)
    const others = [...(mayBeBeginning(word) ? [`${quotedWord(word)}:*`] : []), ...lookalikes.map(quotedWord)]
    const documents = found.find((candidate) => candidate.word === word)?.documents ?? 0
    const rarity = Math.log(1 + (products - documents + 0.5) / (documents + 0.5))
    alternatives.push(`(${[quotedWord(word), ...others].join(' | ')})`)
    ranked.push(quotedWord(word))
    weights.push(rarity)
    if (others.length === 0) continue
    ranked.push(others.join(' | '))
    // Postgres divides the rank of alternatives by their number, as if a product should have them all.
    weights.push(rarity * likenessWeight * others.length)
  }
  return { every: alternatives.join(' & '), some: alternatives.join(' | '), ranked, weights, bound: 1 + weights.reduce((sum, weight) => sum + weight, 0) }
}

function lookalikesOf(word: string, found: readonly KnownWord[]): readonly string[] {
  const limit = toleratedTypos(word)
  if (limit === 0) return []
  return found
    .map((candidate) => ({ ...candidate, distance: editDistance(word, candidate.word, limit) }))
    .filter(({ distance }) => distance > 0 && distance <= limit)
    .sort((a, b) => a.distance - b.distance || b.documents - a.documents || (a.word < b.word ? -1 : 1))
    .slice(0, maxLookalikes)
    .map((candidate) => candidate.word)
}
