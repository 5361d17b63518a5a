import { type CountedWord, lookalikesOf, mayBeBeginning, type QueryTerm } from '@cartwright/core/ports'
import { quotedWord } from './document-row.ts'

/** A word that the index has, found for a word that was typed. */
export interface KnownWord extends CountedWord {
  readonly asked: string
}

/** What a query asks of the rows, as the parameters of its statement. */
export interface SearchTerms {
  /** How many things the text asks for. */
  readonly count: number
  /** `tsquery`: every term, or what stands for it. */
  readonly every: string
  /** `tsquery`: at least one of them. */
  readonly some: string
  /** `tsquery` of each thing that is ranked, with its weight. */
  readonly ranked: readonly string[]
  readonly weights: readonly number[]
  /** More than any score can be. */
  readonly bound: number
  /** Whether a word of a product is one that is searched for, for highlights. */
  readonly finds: (word: string) => boolean
}

/** Of a word typed wrong, or not to its end, against the same word as it stands. */
const likenessWeight = 0.35
/** Of a synonym, against the words that it stands for. */
const synonymWeight = 0.8
/** Words that stand for one typed wrong, at most; the commonest of the nearest. */
const maxLookalikes = 12

/**
 * Decides what stands for each word that was typed: itself, longer words that it begins, known words with few other letters, and its synonyms. A rare word says
 * more about what is meant than a common one.
 *
 * @param products - how many the index has.
 */
export function searchTerms(terms: readonly QueryTerm[], known: readonly KnownWord[], products: number): SearchTerms {
  const parts = terms.map((term) => termParts(term, known, products))
  const ranked = parts.flatMap((part) => part.ranked)
  const weights = ranked.map(({ weight }) => weight)
  const whole = new Set(parts.flatMap((part) => part.whole))
  const beginnings = parts.flatMap((part) => part.beginnings)
  return {
    count: terms.length,
    every: parts.map(({ query }) => query).join(' & '),
    some: parts.map(({ query }) => query).join(' | '),
    ranked: ranked.map(({ query }) => query),
    weights,
    bound: 1 + weights.reduce((sum, weight) => sum + weight, 0),
    finds: (word) => whole.has(word) || beginnings.some((beginning) => word.startsWith(beginning)),
  }
}

interface TermParts {
  readonly query: string
  readonly ranked: readonly { readonly query: string; readonly weight: number }[]
  readonly whole: readonly string[]
  readonly beginnings: readonly string[]
}

function termParts({ words, alternatives }: QueryTerm, known: readonly KnownWord[], products: number): TermParts {
  const parts = words.map((word) => wordParts(word, known, products))
  const typed = all(parts.map(({ query }) => query))
  const rarity = Math.max(...parts.map((part) => part.rarity))
  const others = alternatives.map((phrase) => ({ query: all(phrase.map(quotedWord)), weight: rarity * synonymWeight }))
  return {
    query: `(${[typed, ...others.map(({ query }) => query)].join(' | ')})`,
    ranked: [...parts.flatMap(({ ranked }) => ranked), ...others],
    whole: [...parts.flatMap(({ whole }) => whole), ...alternatives.flat()],
    beginnings: parts.flatMap(({ beginnings }) => beginnings),
  }
}

function all(queries: readonly string[]): string {
  return queries.length === 1 ? queries.join() : `(${queries.join(' & ')})`
}

function wordParts(word: string, known: readonly KnownWord[], products: number): TermParts & { readonly rarity: number } {
  const found = known.filter(({ asked }) => asked === word)
  const lookalikes = lookalikesOf(word, found)
    .slice(0, maxLookalikes)
    .map((candidate) => candidate.word)
  const beginnings = mayBeBeginning(word) ? [word] : []
  const others = [...beginnings.map((beginning) => `${quotedWord(beginning)}:*`), ...lookalikes.map(quotedWord)]
  const documents = found.find((candidate) => candidate.word === word)?.documents ?? 0
  const rarity = Math.log(1 + (products - documents + 0.5) / (documents + 0.5))
  const ranked = [{ query: quotedWord(word), weight: rarity }]
  // Postgres divides the rank of alternatives by their number, as if a product should have them all.
  if (others.length > 0) ranked.push({ query: others.join(' | '), weight: rarity * likenessWeight * others.length })
  // What a beginning finds anyway need not be looked up on its own.
  const needed = beginnings.length === 0 ? [quotedWord(word), ...others] : others.filter((_, place) => place === 0 || !lookalikes[place - 1]?.startsWith(word))
  return { rarity, query: `(${needed.join(' | ')})`, ranked, whole: [word, ...lookalikes], beginnings }
}
