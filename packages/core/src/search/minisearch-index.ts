import { createHash } from 'node:crypto'
import type MiniSearch from 'minisearch'
import type { Options, SearchOptions } from 'minisearch'
import type { ProductId } from '../ids.ts'
import { rankHits, type ScoredDocument, type StoredDocument } from './rank-hits.ts'
import type { SearchAnswer, SearchDocument, SearchIndex, SearchQuery } from './search-index.ts'
import { foldWord, mayBeBeginning, toleratedTypos, wordsOf } from './search-words.ts'

/** The texts that are searched; MiniSearch's documents. */
interface IndexedTexts {
  readonly id: ProductId
  readonly title: string
  readonly vendor: string
  readonly codes: string
  readonly categories: string
  readonly description: string
  readonly attributes: string
}

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

const defaultTuning: SearchTuning = {
  boost: { title: 3, vendor: 1, codes: 3, categories: 1.5, description: 0.5, attributes: 0.3 },
  prefix: 'all',
  enough: 20,
}

type Engine = MiniSearch<IndexedTexts>

const fields = ['title', 'vendor', 'codes', 'categories', 'description', 'attributes'] as const satisfies readonly (keyof SearchTuning['boost'])[]
const engineOptions: Options<IndexedTexts> = { fields: [...fields], tokenize: wordsOf, processTerm: foldWord }

/** Documents indexed between two pauses, so that a large build does not hold the host's event loop. */
const documentsPerTurn = 100

/** The index a shop has unless it is given another: MiniSearch, in this process's memory. Nothing is loaded before its first use. */
export function miniSearchIndex(tuning: Partial<SearchTuning> = {}): SearchIndex {
  return new MiniSearchIndex({ ...defaultTuning, ...tuning })
}

class MiniSearchIndex implements SearchIndex {
  readonly inProcess = true
  readonly #tuning: SearchTuning
  readonly #documents = new Map<ProductId, StoredDocument>()
  #engine: Promise<Engine> | undefined

  constructor(tuning: SearchTuning) {
    this.#tuning = tuning
  }

  async upsert(documents: readonly SearchDocument[]): Promise<void> {
    const engine = await this.#load()
    for (const [place, document] of documents.entries()) {
      if (place > 0 && place % documentsPerTurn === 0) await nextTurn()
      this.#upsertOne(engine, document)
    }
  }

  async remove(ids: readonly ProductId[]): Promise<void> {
    const engine = await this.#load()
    for (const id of ids) {
      if (this.#documents.delete(id)) engine.discard(id)
    }
  }

  async clear(): Promise<void> {
    this.#documents.clear()
    this.#engine = undefined
  }

  async query(query: SearchQuery): Promise<SearchAnswer> {
    const engine = await this.#load()
    const words = [...new Set(wordsOf(query.text).map(foldWord))].filter((word) => word !== '')
    if (words.length === 0) return { total: 0, items: [] }
    const matches = filterOf(query)
    const search = (combineWith: 'AND' | 'OR') => this.#search(engine, words, combineWith, matches)
    const complete = search('AND')
    const partial = words.length > 1 && complete.length < this.#tuning.enough ? search('OR') : []
    const ranked = rankHits(complete, partial)
    const items = ranked.slice(query.offset, query.offset + query.limit).map(({ document, score }) => ({
      productId: document.id,
      handle: document.handle,
      title: document.title,
      sku: document.sku,
      score,
      inStock: document.inStock,
    }))
    return { total: ranked.length, items }
  }

  async close(): Promise<void> {
    await this.clear()
  }

  #load(): Promise<Engine> {
    this.#engine ??= import('minisearch').then(({ default: Engine }) => new Engine<IndexedTexts>(engineOptions))
    return this.#engine
  }

  #upsertOne(engine: Engine, document: SearchDocument): void {
    const texts = textsOf(document)
    const stored = storedOf(document, texts)
    const before = this.#documents.get(document.id)
    this.#documents.set(document.id, stored)
    if (before?.digest === stored.digest) return
    if (before !== undefined) engine.discard(document.id)
    engine.add(texts)
  }

  #search(engine: Engine, words: readonly string[], combineWith: 'AND' | 'OR', matches: (document: StoredDocument) => boolean): ScoredDocument[] {
    const found: ScoredDocument[] = []
    for (const { id, score } of engine.search(words.join(' '), { ...this.#searchOptions(words), combineWith })) {
      const document = this.#documents.get(id as ProductId)
      if (document !== undefined && matches(document)) found.push({ document, score })
    }
    return found
  }

  #searchOptions(words: readonly string[]): SearchOptions {
    const last = words.length - 1
    const everyWord = this.#tuning.prefix === 'all'
    return {
      tokenize: () => [...words],
      processTerm: (word) => word,
      boost: this.#tuning.boost,
      prefix: (word, place) => (everyWord || place === last) && mayBeBeginning(word),
      fuzzy: toleratedTypos,
    }
  }
}

function textsOf(document: SearchDocument): IndexedTexts {
  return {
    id: document.id,
    title: document.title,
    vendor: document.vendor,
    codes: [...document.skus, ...document.barcodes].join(' '),
    categories: [...new Set(document.categories.flat())].join(' '),
    description: document.description,
    attributes: document.attributes.join(' '),
  }
}

function storedOf(document: SearchDocument, texts: IndexedTexts): StoredDocument {
  const { id, handle, title, sku, prices, inStock, ratingAverage } = document
  const within = new Set(document.categories.flatMap((path) => path.map((_, depth) => JSON.stringify(path.slice(0, depth + 1)))))
  const digest = createHash('sha1')
    .update(fields.map((field) => texts[field]).join('\0'))
    .digest('base64')
  return { id, handle, title, sku, prices, inStock, ratingAverage, within, digest }
}

function filterOf({ filter = {} }: SearchQuery): (document: StoredDocument) => boolean {
  const { category, price, inStock } = filter
  const within = category === undefined ? undefined : JSON.stringify(category)
  return (document) => {
    if (within !== undefined && !document.within.has(within)) return false
    if (inStock !== undefined && document.inStock !== inStock) return false
    if (price === undefined) return true
    const { currency, minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER } = price
    return document.prices.some((range) => range.currency === currency && range.maxMinor >= minMinor && range.minMinor <= maxMinor)
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
