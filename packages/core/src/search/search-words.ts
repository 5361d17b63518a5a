/** Scripts that put no blanks between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const separators = /[^\p{L}\p{N}\p{M}]+/u
const asciiSeparators = /[^A-Za-z0-9]+/
const ascii = /^[\0-\x7f]*$/

let segmenter: Intl.Segmenter | undefined

/** A word of a text and the place of its first letter. */
export interface PlacedWord {
  readonly word: string
  readonly at: number
}

/** The words of a text, as they stand: runs of letters and digits, in scripts without blanks the words that Unicode's rules find. */
export function wordsOf(text: string): string[] {
  if (ascii.test(text)) return text.split(asciiSeparators).filter((run) => run !== '')
  const runs = text.split(separators).filter((run) => run !== '')
  return unspaced.test(text) ? runs.flatMap(segmentsOf) : runs
}

/** The same words, with their places. */
export function placedWordsOf(text: string): PlacedWord[] {
  let end = 0
  return wordsOf(text).map((word) => {
    const at = text.indexOf(word, end)
    end = at + word.length
    return { word, at }
  })
}

function segmentsOf(run: string): string[] {
  if (!unspaced.test(run)) return [run]
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  return [...segmenter.segment(run)].map(({ segment }) => segment)
}

/** A word as it is compared: without case, accents and typographic variants. */
export function foldWord(word: string): string {
  if (ascii.test(word)) return word.toLowerCase()
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The words of a text as they are compared. */
export function foldedWordsOf(text: string): string[] {
  return wordsOf(text)
    .map(foldWord)
    .filter((word) => word !== '')
}

/** Whether a word may stand for longer ones that begin with it. One letter, or a digit or two, begin so many that the answer would be slow and mean nothing. */
export function mayBeBeginning(word: string): boolean {
  return word.length >= (hasDigit(word) ? 3 : 2)
}

/** Wrong letters a word may have. Short words and codes have neighbours that mean something else. */
export function toleratedTypos(word: string): 0 | 1 | 2 {
  if (word.length < 5 || hasDigit(word)) return 0
  return word.length < 8 ? 1 : 2
}

function hasDigit(word: string): boolean {
  return /\p{N}/u.test(word)
}
