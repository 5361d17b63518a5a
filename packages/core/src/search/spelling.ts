import { editDistance } from './edit-distance.ts'
import type { SuggestAnswer } from './search-query.ts'
import { foldWord, placedWordsOf, toleratedTypos } from './search-words.ts'

/** A word that products have. */
export interface CountedWord {
  readonly word: string
  /** How many products have it. */
  readonly documents: number
}

/** Known words that a word may have been meant for: the nearest first, of those the commonest. Not the word itself. */
export function lookalikesOf<Word extends CountedWord>(word: string, known: readonly Word[]): readonly Word[] {
  const limit = toleratedTypos(word)
  if (limit === 0) return []
  return known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate.word, limit) }))
    .filter(({ distance }) => distance > 0 && distance <= limit)
    .sort((a, b) => a.distance - b.distance || b.candidate.documents - a.candidate.documents || (a.candidate.word < b.candidate.word ? -1 : 1))
    .map(({ candidate }) => candidate)
}

/**
 * A text with other words in place of some; all else stays as it was typed.
 *
 * @param replacements - by folded word.
 * @returns null when no word of the text has a replacement.
 */
export function respelled(text: string, replacements: ReadonlyMap<string, string>): string | null {
  let end = 0
  let result = ''
  for (const { word, at } of placedWordsOf(text)) {
    const replacement = replacements.get(foldWord(word))
    if (replacement === undefined) continue
    result += text.slice(end, at) + replacement
    end = at + word.length
  }
  return end === 0 ? null : result + text.slice(end)
}

/** A word that may end a text, and what it finds with the words before it. */
export interface Ending {
  /** Folded. */
  readonly word: string
  readonly count: number
  /** One title that has it, to write it as that does. */
  readonly title: string
}

/** Texts whose last word is one of these: those that find most first. */
export function completionsOf(text: string, endings: readonly Ending[], limit: number): SuggestAnswer['completions'] {
  return [...endings]
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, limit)
    .map(({ word, title, count }) => ({ text: completed(text, asWrittenIn(title, word)), count }))
}

/** A folded word as a title writes it, in small letters. */
function asWrittenIn(title: string, word: string): string {
  return (
    placedWordsOf(title)
      .find((placed) => foldWord(placed.word) === word)
      ?.word.toLowerCase() ?? word
  )
}

/** A text with its last word replaced. */
function completed(text: string, word: string): string {
  return text.slice(0, placedWordsOf(text).at(-1)?.at ?? 0).trimStart() + word
}
