import MiniSearch, { type Query, type SearchOptions, type SearchResult } from 'minisearch'
import { foldWord, wordsOf } from './search-words.ts'
import { type IndexedTexts, indexedFields } from './stored-document.ts'

export interface GatheringLimits {
  /** Words that wait to be filed, counted as often as they occur. The more, the more places of one word are filed at once. @default 300,000 */
  readonly gathered?: number
  /** Distinct words that are remembered between documents; a catalogue has some ten thousand. @default 200,000 */
  readonly remembered?: number
}

/** A word as texts write it. */
interface WrittenWord {
  readonly entry: WordEntry
  /** The field of a document in which it was met last, so that each field counts it once. */
  lastField: number
}

/** A word as it is compared. */
interface WordEntry {
  readonly word: string
  /** Where it occurs and is not filed yet: `document × fields + field`, in that order, as often as it occurs there. */
  places: number[]
}

/**
 * MiniSearch, fed word by word rather than document by document. `add` would look up each word of each document in a tree, and then its document in a map of the
 * word, which for most words has left the processor's caches long ago: two thirds of the time that a build took. Here the words of some thousand documents are
 * gathered, each in a list, and filed list by list. What a search finds is the same.
 */
export class GatheringEngine extends MiniSearch<IndexedTexts> {
  readonly #written = new Map<string, WrittenWord>()
  readonly #entries = new Map<string, WordEntry>()
  /** Those with places, the longest waiting first. */
  readonly #waiting = new Set<WordEntry>()
  readonly #limits: Required<GatheringLimits>
  #gathered = 0
  #fields = 0

  constructor({ gathered = 300_000, remembered = 200_000 }: GatheringLimits = {}) {
    super({ fields: [...indexedFields] })
    this.#limits = { gathered, remembered }
  }

  override add(document: IndexedTexts): void {
    const id = this._nextId
    this._nextId += 1
    this._documentIds.set(id, document.id)
    this._idToShortId.set(document.id, id)
    this._documentCount += 1
    const lengths = indexedFields.map((name, field) => this.#gather(document[name], id * indexedFields.length + field))
    this._fieldLength.set(id, lengths)
    for (const [field, length] of lengths.entries()) {
      const before = (this._avgFieldLength[field] ?? 0) * (this._documentCount - 1)
      this._avgFieldLength[field] = (before + length) / this._documentCount
    }
    this.#file(this.#limits.gathered)
    if (this.#written.size > this.#limits.remembered) this.#forget()
  }

  override discard(id: IndexedTexts['id']): void {
    this.#file(0)
    super.discard(id)
  }

  override search(query: Query, options?: SearchOptions): SearchResult[] {
    this.#file(0)
    return super.search(query, options)
  }

  /** @returns how many distinct words the text has, as it writes them. */
  #gather(text: string, place: number): number {
    this.#fields += 1
    let distinct = 0
    for (const word of wordsOf(text)) {
      const written = this.#written.get(word) ?? this.#remember(word)
      if (written.lastField !== this.#fields) {
        written.lastField = this.#fields
        distinct += 1
      }
      const { entry } = written
      if (entry.places.length === 0) this.#waiting.add(entry)
      entry.places.push(place)
      this.#gathered += 1
    }
    return distinct
  }

  #remember(word: string): WrittenWord {
    const folded = foldWord(word)
    let entry = this.#entries.get(folded)
    if (entry === undefined) {
      entry = { word: folded, places: [] }
      this.#entries.set(folded, entry)
    }
    const written = { entry, lastField: 0 }
    this.#written.set(word, written)
    return written
  }

  #forget(): void {
    this.#file(0)
    this.#written.clear()
    this.#entries.clear()
  }

  /** Files whole words until no more than so many places wait. */
  #file(most: number): void {
    for (const entry of this.#waiting) {
      if (this.#gathered <= most) return
      this.#waiting.delete(entry)
      this.#gathered -= entry.places.length
      if (entry.word !== '') this.#fileWord(entry)
      entry.places = []
    }
  }

  #fileWord({ word, places }: WordEntry): void {
    const byField = this._index.fetch(word, () => new Map<number, Map<number, number>>())
    for (let from = 0; from < places.length; ) {
      const place = places[from] ?? 0
      let to = from + 1
      while (places[to] === place) to += 1
      const field = place % indexedFields.length
      let documents = byField.get(field)
      if (documents === undefined) {
        documents = new Map()
        byField.set(field, documents)
      }
      documents.set((place - field) / indexedFields.length, to - from)
      from = to
    }
  }
}
