import { categoryKeysWithin, foldedWordsOf, highlightedLength, type SearchDocument, titleKey } from '@cartwright/core/ports'

/** The classes of weight that a `tsvector` knows; A is the title's. */
type Weight = 'A' | 'B' | 'C' | 'D'

/** What is indexed of a document, as `jsonb_to_recordset` reads it. */
export interface DocumentRow {
  readonly id: string
  readonly handle: string
  readonly title: string
  readonly sku: string
  readonly in_stock: boolean
  readonly rating: number
  readonly ratings: number
  readonly created: string
  readonly title_key: string
  /** The product's categories and all above them, each as the JSON of its path. */
  readonly categories: readonly string[]
  readonly currencies: readonly string[]
  readonly min_prices: readonly number[]
  readonly max_prices: readonly number[]
  /** The values of its attributes, as {@link labelOf} writes them. */
  readonly labels: readonly string[]
  /** A `tsvector` as text. */
  readonly words: string
  /** The beginning of its description, for highlights. */
  readonly description: string
}

/** Letters of a word that count; what is longer is no word that anybody types. */
const longestWord = 64
/** Places of one word that are kept: what comes after them changes no rank that can be seen. */
const placesPerWord = 8
/** The last place that Postgres knows; words beyond it all stand there. */
const lastPlace = 16_383

export function documentRow(document: SearchDocument): DocumentRow {
  const { id, handle, title, sku, inStock, prices } = document
  return {
    id,
    handle,
    title,
    sku,
    in_stock: inStock,
    rating: document.ratingAverage,
    ratings: document.ratingCount,
    created: document.createdAt.toISOString(),
    title_key: titleKey(title),
    categories: categoryKeysWithin(document.categories),
    currencies: prices.map(({ currency }) => currency),
    min_prices: prices.map(({ minMinor }) => minMinor),
    max_prices: prices.map(({ maxMinor }) => maxMinor),
    labels: document.attributes.flatMap(({ name, values }) => values.map((value) => labelOf(name, value))),
    words: vectorOf(document),
    description: document.description.slice(0, highlightedLength),
  }
}

/** A value of an attribute as one text. Names have no control characters. */
export function labelOf(name: string, value: string): string {
  return `${name}\u001f${value}`
}

/** The words of a text as they are stored and looked for. */
export function indexedWords(text: string): string[] {
  return foldedWordsOf(text).map((word) => (word.length <= longestWord ? word : [...word].slice(0, longestWord).join('')))
}

/** A word as a part of a `tsvector` or `tsquery`, quoted. */
export function quotedWord(word: string): string {
  return `'${word.replaceAll(/['\\]/g, '$&$&')}'`
}

/** The words are ours, not those of a text search configuration: one rule for all indexes, and none that depends on the server's settings. */
function vectorOf(document: SearchDocument): string {
  const fields: readonly (readonly [Weight, readonly string[]])[] = [
    ['A', [document.title]],
    ['B', [...document.skus, ...document.barcodes, document.vendor, ...new Set(document.categories.flat())]],
    ['C', [document.description]],
    ['D', document.words],
  ]
  const places = new Map<string, string[]>()
  let place = 0
  for (const [weight, texts] of fields) {
    for (const word of texts.flatMap(indexedWords)) {
      place = Math.min(place + 1, lastPlace)
      const known = places.get(word)
      if (known === undefined) places.set(word, [`${place}${weight}`])
      else if (known.length < placesPerWord) known.push(`${place}${weight}`)
    }
  }
  return [...places].map(([word, where]) => `${quotedWord(word)}:${where.join(',')}`).join(' ')
}
