import type { SynonymUse } from './search-query.ts'

/** One thing that a text asks for: a word, or a phrase that has synonyms. */
export interface QueryTerm {
  readonly words: readonly string[]
  /** Phrases that stand for it as well. */
  readonly alternatives: readonly (readonly string[])[]
}

/** Whether a term is a word that nothing else stands for. */
export function isOneWord({ words, alternatives }: QueryTerm): boolean {
  return words.length === 1 && alternatives.length === 0
}

/** The words of a text as terms: where a phrase with synonyms begins, the longest such; else the word alone. A word that comes again asks for nothing new. */
export function queryTerms(words: readonly string[], synonyms: readonly SynonymUse[] = []): readonly QueryTerm[] {
  const terms = new Map<string, QueryTerm>()
  for (let place = 0; place < words.length; ) {
    const use = longestAt(words, place, synonyms)
    const term = { words: use?.phrase ?? words.slice(place, place + 1), alternatives: use?.alternatives ?? [] }
    terms.set(term.words.join(' '), term)
    place += term.words.length
  }
  return [...terms.values()]
}

function longestAt(words: readonly string[], place: number, synonyms: readonly SynonymUse[]): SynonymUse | undefined {
  let longest: SynonymUse | undefined
  for (const use of synonyms) {
    const stands = use.phrase.length > 0 && use.phrase.every((word, index) => words[place + index] === word)
    if (stands && use.phrase.length > (longest?.phrase.length ?? 0)) longest = use
  }
  return longest
}
