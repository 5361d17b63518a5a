import type { SearchHighlights, TextPiece } from './search-query.ts'
import { foldWord, type PlacedWord, placedWordsOf } from './search-words.ts'

/** Characters of a description in which words are looked for. */
export const highlightedLength = 10_000
const excerptLength = 200
/** Of an excerpt, before its first match. */
const leadLength = 60

/**
 * Shows where words were found.
 *
 * @param description - the first {@link highlightedLength} characters are looked at.
 * @param found - whether a folded word was searched for.
 */
export function highlightsOf(title: string, description: string, found: (word: string) => boolean): SearchHighlights {
  const text = description.slice(0, highlightedLength).replace(/\s+/g, ' ').trim()
  const matches = matchesIn(text, found)
  return { title: piecesOf(title, matchesIn(title, found), 0, title.length), description: matches.length === 0 ? null : excerptOf(text, matches) }
}

function matchesIn(text: string, found: (word: string) => boolean): readonly PlacedWord[] {
  return placedWordsOf(text).filter(({ word }) => found(foldWord(word)))
}

function excerptOf(text: string, matches: readonly PlacedWord[]): readonly TextPiece[] {
  const [first] = matches
  const wanted = Math.max(0, Math.min((first?.at ?? 0) - leadLength, text.length - excerptLength))
  const start = wanted === 0 ? 0 : Math.min(text.indexOf(' ', wanted) + 1, first?.at ?? 0)
  const cut = start + excerptLength
  const lastBlank = text.lastIndexOf(' ', cut)
  const end = cut >= text.length ? text.length : Math.max(lastBlank, (first?.at ?? 0) + (first?.word.length ?? 0))
  return piecesOf(text, matches, start, end)
}

function piecesOf(text: string, matches: readonly PlacedWord[], start: number, end: number): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let place = start
  for (const { word, at } of matches) {
    if (at < start || at + word.length > end) continue
    if (at > place) pieces.push({ text: text.slice(place, at), match: false })
    pieces.push({ text: word, match: true })
    place = at + word.length
  }
  if (place < end) pieces.push({ text: text.slice(place, end), match: false })
  return pieces
}
