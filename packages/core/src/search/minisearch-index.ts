import type { ProductId } from '../ids.ts'
import { countFacets, partOf } from './count-facets.ts'
import { filterTests, groupTest, sift } from './filter-documents.ts'
import { highlightsOf } from './highlight.ts'
import { completions, corrections, type Engine, newEngine, type SearchTuning, searchTerms } from './minisearch-engine.ts'
import { placePins } from './place-pins.ts'
import { isOneWord, type QueryTerm, queryTerms } from './query-terms.ts'
import { type Hit, mergeHits, rankBy, rankByRelevance } from './rank-hits.ts'
import type { SearchDocument, SearchIndex } from './search-index.ts'
import { browses, type SearchAnswer, type SearchHit, type SearchQuery, type SuggestAnswer, type SuggestQuery } from './search-query.ts'
import { foldedWordsOf } from './search-words.ts'
import { respelled } from './spelling.ts'
import { indexedTexts, type StoredDocument, storedDocument } from './stored-document.ts'

export type { SearchTuning } from './minisearch-engine.ts'

const defaultTuning: SearchTuning = {
  boost: { title: 3, vendor: 1, codes: 3, categories: 1.5, description: 0.5, attributes: 0.3 },
  prefix: 'all',
  enough: 20,
}

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
    const { text, filter = {}, facets = [], sort = 'relevance', didYouMean = false } = query
    const words = foldedWordsOf(text)
    const matches = this.#matches(engine, words, query)
    const pins = sort === 'relevance' ? this.#pinned(query, matches) : []
    const candidates = pins.length === 0 ? matches : [...matches, ...pins.filter(({ found }) => !found).map(({ hit }) => hit)]
    const sifted = sift(candidates, ({ document }) => document, filterTests(filter), new Set(facets.map(partOf)))
    const page = pageOf(sifted.hits, pins, query)
    return {
      total: sifted.hits.length,
      items: page.map((hit) => shownHit(hit, query.highlight)),
      facets: facets.length === 0 ? [] : countFacets(facets, documentsOf(sifted)),
      didYouMean: didYouMean ? respelled(text, corrections(engine, words, matches.slice(0, 20))) : null,
    }
  }

  async suggest({ text, limit }: SuggestQuery): Promise<SuggestAnswer> {
    const engine = await this.#load()
    const words = foldedWordsOf(text)
    if (words.length === 0) return { completions: [], products: [] }
    const best = rankByRelevance(this.#search(engine, queryTerms(words), 'AND'), limit)
    const titleOf = (id: unknown) => this.#documents.get(id as ProductId)?.title ?? ''
    const asTyped = completions(engine, { text, words, limit }, titleOf)
    const products = best.map((hit) => shownHit(hit))
    if (asTyped.length > 0) return { completions: asTyped, products }
    const better = respelled(text, corrections(engine, words, best))
    return { completions: better === null ? [] : completions(engine, { text: better, words: foldedWordsOf(better), limit }, titleOf), products }
  }

  async close(): Promise<void> {
    await this.clear()
  }

  #load(): Promise<Engine> {
    this.#engine ??= newEngine()
    return this.#engine
  }

  #upsertOne(engine: Engine, document: SearchDocument): void {
    const texts = indexedTexts(document)
    const stored = storedDocument(document, texts)
    const before = this.#documents.get(document.id)
    this.#documents.set(document.id, stored)
    if (before?.digest === stored.digest) return
    if (before !== undefined) engine.discard(document.id)
    engine.add(texts)
  }

  /** All that the text asks for, whatever the filter. */
  #matches(engine: Engine, words: readonly string[], query: SearchQuery): readonly Hit[] {
    if (words.length === 0) {
      if (!browses(query)) return []
      return [...this.#documents.values()].map((document) => ({ document, score: 0, terms: [], complete: true }))
    }
    const terms = queryTerms(words, query.synonyms)
    const enough = (query.sort ?? 'relevance') === 'relevance' ? this.#tuning.enough : 1
    if (terms.length > 1 && terms.every(isOneWord)) {
      // Looking for words like those that were typed takes longest: one search says which products have all of them, too.
      const some = this.#search(engine, terms, 'OR')
      const complete = some.filter((hit) => hit.complete)
      return complete.length < enough ? mergeHits(complete, some) : complete
    }
    const complete = this.#search(engine, terms, 'AND')
    return mergeHits(complete, terms.length > 1 && complete.length < enough ? this.#search(engine, terms, 'OR') : [])
  }

  #search(engine: Engine, terms: readonly QueryTerm[], combineWith: 'AND' | 'OR'): readonly Hit[] {
    const tellsComplete = terms.every(isOneWord)
    const found: Hit[] = []
    for (const { id, score, terms: inDocument, queryTerms: asked } of searchTerms(engine, terms, combineWith, this.#tuning)) {
      const document = this.#documents.get(id as ProductId)
      const complete = combineWith === 'AND' || (tellsComplete && asked.length === terms.length)
      if (document !== undefined) found.push({ document, score, terms: inDocument, complete })
    }
    return found
  }

  /** What is pinned for the query and known, by position. */
  #pinned({ merchandising }: SearchQuery, matches: readonly Hit[]): readonly Pinned[] {
    if (merchandising === undefined || merchandising.pins.length === 0) return []
    const byId = new Map(matches.map((hit) => [hit.document.id, hit]))
    return [...merchandising.pins]
      .sort((a, b) => a.position - b.position)
      .flatMap(({ productId, position }) => {
        const document = this.#documents.get(productId)
        if (document === undefined) return []
        const found = byId.get(productId)
        return [{ position, hit: found ?? { document, score: 0, terms: [], complete: true }, found: found !== undefined }]
      })
  }
}

interface Pinned {
  readonly position: number
  readonly hit: Hit
  /** Whether the text finds it too. */
  readonly found: boolean
}

function pageOf(
  hits: readonly Hit[],
  pins: readonly Pinned[],
  { sort = 'relevance', currency = '', merchandising, limit, offset }: SearchQuery,
): readonly Hit[] {
  const end = offset + limit
  if (sort !== 'relevance') return rankBy(hits, end, sort, currency).slice(offset)
  const tiers = merchandising && { boosted: groupTest(merchandising.boost), buried: groupTest(merchandising.bury) }
  const present = pins.length === 0 ? undefined : new Set(hits.map(({ document }) => document.id))
  const pinned = pins.filter(({ hit }) => present?.has(hit.document.id)).map(({ position, hit }) => ({ position, item: hit }))
  const apart = new Set(pinned.map(({ item }) => item.document.id))
  const rest = apart.size === 0 ? hits : hits.filter(({ document }) => !apart.has(document.id))
  const window = rankByRelevance(rest, end, tiers).slice(Math.max(0, offset - pinned.length))
  return placePins({ pinned, rest: window, restTotal: rest.length, limit, offset })
}

function documentsOf({ hits, missedBy }: ReturnType<typeof sift<Hit>>) {
  const documents = (items: readonly Hit[]) => items.map(({ document }) => document)
  return { hits: documents(hits), missedBy: new Map([...missedBy].map(([part, items]) => [part, documents(items)])) }
}

function shownHit({ document, score, terms }: Hit, highlight = false): SearchHit {
  const { id, handle, title, sku, inStock, ratingAverage, ratingCount } = document
  const rating = { average: ratingCount === 0 ? null : ratingAverage, count: ratingCount }
  const hit = { productId: id, handle, title, sku, score, inStock, rating }
  if (!highlight) return hit
  const found = new Set(terms)
  return { ...hit, highlights: highlightsOf(title, document.description, (word) => found.has(word)) }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
