import type MiniSearch from 'minisearch'
import type { Query, SearchOptions, SearchResult } from 'minisearch'
import { isOneWord, type QueryTerm } from './query-terms.ts'
import type { SuggestAnswer } from './search-query.ts'
import { mayBeBeginning, toleratedTypos } from './search-words.ts'
import { completionsOf, lookalikesOf } from './spelling.ts'
import type { IndexedTexts } from './stored-document.ts'

export type Engine = MiniSearch<IndexedTexts>

/** How words are weighed against each other. The defaults do well on catalogues of any kind; measure before changing them. */
export interface SearchTuning {
  /** By field; a word in the title weighs most. */
  readonly boost: {
    readonly title: number
    readonly vendor: number
    readonly codes: number
    readonly categories: number
    readonly description: number
    readonly attributes: number
  }
  /** Which words may be beginnings of longer ones. */
  readonly prefix: 'all' | 'last'
  /** With fewer products that have every word, those with some of the words follow them. */
  readonly enough: number
}

/** Of a synonym, against the words that it stands for. */
const synonymWeight = 0.8

/** What is searched is words already. */
const folded: SearchOptions = { tokenize: (text) => text.split(' '), processTerm: (word) => word }

/** Loaded with the first index that is used. */
export async function newEngine(): Promise<Engine> {
  const { GatheringEngine } = await import('./gathering-engine.ts')
  return new GatheringEngine()
}

/** Products that have every term, or some. */
export function searchTerms(engine: Engine, terms: readonly QueryTerm[], combineWith: 'AND' | 'OR', { boost, prefix }: SearchTuning): SearchResult[] {
  const last = terms.at(-1)?.words.at(-1)
  const options: SearchOptions = {
    ...folded,
    combineWith,
    boost,
    prefix: (word) => (prefix === 'all' || word === last) && mayBeBeginning(word),
    fuzzy: toleratedTypos,
  }
  if (terms.every(isOneWord)) return engine.search(terms.flatMap(({ words }) => words).join(' '), options)
  return engine.search({ combineWith, queries: terms.map(withAlternatives) }, options)
}

function withAlternatives({ words, alternatives }: QueryTerm): Query {
  const asTyped: Query = { combineWith: 'AND', queries: [words.join(' ')] }
  const whole = { combineWith: 'AND', prefix: false, fuzzy: false, boostTerm: () => synonymWeight } as const
  return { combineWith: 'OR', queries: [asTyped, ...alternatives.map((phrase) => ({ ...whole, queries: [phrase.join(' ')] }))] }
}

/**
 * Words to put in place of those that no product has, by word.
 *
 * @param found - some of what the words found: a word among it is known, which spares a search.
 */
export function corrections(engine: Engine, words: readonly string[], found: readonly { readonly terms: readonly string[] }[]): ReadonlyMap<string, string> {
  const known = new Set(found.flatMap(({ terms }) => terms))
  const better = new Map<string, string>()
  for (const word of new Set(words)) {
    if (toleratedTypos(word) === 0 || known.has(word)) continue
    if (engine.search(word, { ...folded, prefix: true }).length > 0) continue
    const [best] = lookalikesOf(word, countedTerms(engine.search(word, { ...folded, fuzzy: withSwap })))
    if (best !== undefined) better.set(word, best.word)
  }
  return better
}

/** Two letters swapped are one wrong letter to `lookalikesOf` and two to the engine. */
function withSwap(word: string): number {
  return toleratedTypos(word) + 1
}

function countedTerms(results: readonly SearchResult[]): { word: string; documents: number }[] {
  const counts = new Map<string, number>()
  for (const { terms } of results) for (const word of terms) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, documents]) => ({ word, documents }))
}

/** Texts whose last word is a word of titles that begins as the one typed does. @param titleOf - by a result's id. */
export function completions(
  engine: Engine,
  { text, words, limit }: { readonly text: string; readonly words: readonly string[]; readonly limit: number },
  titleOf: (id: unknown) => string,
): SuggestAnswer['completions'] {
  const last = words.at(-1)
  if (last === undefined || !mayBeBeginning(last)) return []
  const before = words.slice(0, -1)
  const every: Query[] = before.length === 0 ? [] : [{ queries: [before.join(' ')], combineWith: 'AND' }]
  const query: Query = { combineWith: 'AND', queries: [...every, { queries: [last], combineWith: 'AND', fields: ['title'], prefix: true }] }
  const counts = new Map<string, { word: string; count: number; title: string }>()
  for (const { id, match } of engine.search(query, folded)) {
    for (const [term, fields] of Object.entries(match)) {
      if (!term.startsWith(last) || !fields.includes('title')) continue
      const known = counts.get(term)
      if (known === undefined) counts.set(term, { word: term, count: 1, title: titleOf(id) })
      else known.count += 1
    }
  }
  return completionsOf(text, [...counts.values()], limit)
}
