import {
  browses,
  completionsOf,
  highlightsOf,
  lookalikesOf,
  mayBeBeginning,
  type ProductId,
  placePins,
  queryTerms,
  respelled,
  type SearchAnswer,
  type SearchHit,
  type SearchQuery,
  type SuggestAnswer,
  type SuggestQuery,
  toleratedTypos,
} from '@cartwright/core/ports'
import type { SqlConnection } from '@cartwright/storage-sql'
import { type DocumentRow, indexedWords, quotedWord } from './document-row.ts'
import { type FacetRow, facetStatement, facetsOf } from './facet-statement.ts'
import { hitStatement, type Matching, pinsOf } from './hit-statement.ts'
import * as statements from './search-statements.ts'
import { type KnownWord, type SearchTerms, searchTerms } from './search-terms.ts'

/** With fewer products that have every word, those with some of the words follow them. */
const enough = 20
/** Words that may complete what follows others, at most; the commonest. */
const maxCandidates = 30

/** A `tsquery` that nothing matches. */
const noWord = ''

const nothing: SearchAnswer = { total: 0, items: [], facets: [], didYouMean: null }

/** Answers a query in one transaction: two round trips, or three when few products have every word. */
export async function answerQuery(connection: SqlConnection, query: SearchQuery): Promise<SearchAnswer> {
  const words = indexedWords(query.text)
  const facets = query.facets ?? []
  const isBrowsing = words.length === 0 && browses(query)
  if (words.length === 0 && !isBrowsing && facets.length === 0 && pinsOf(query).length === 0) return nothing
  const { generation, terms, better } = await readTerms(connection, words, query)
  const matching = (text: string | undefined): Matching => ({ generation, terms, query: text })
  const all = isBrowsing ? undefined : (terms?.every ?? noWord)
  const several = terms !== undefined && terms.count > 1
  const wanted = (query.sort ?? 'relevance') === 'relevance' ? enough : 1
  const first = await find(connection, matching(all), query, several ? wanted : undefined)
  const found = several && first.complete < wanted ? await find(connection, matching(terms.some), query, undefined) : first
  return {
    total: found.total,
    items: pageOf(found, query).map((row) => hitOf(row, query.highlight === true ? (terms?.finds ?? (() => false)) : undefined)),
    facets: facetsOf(facets, found.facetRows),
    didYouMean: query.didYouMean === true ? respelled(query.text, better) : null,
  }
}

/** Answers what is being typed. */
export async function answerSuggest(connection: SqlConnection, { text, limit }: SuggestQuery): Promise<SuggestAnswer> {
  const words = indexedWords(text)
  if (words.length === 0) return { completions: [], products: [] }
  const query: SearchQuery = { text, limit, offset: 0 }
  const { generation, terms, better } = await readTerms(connection, words, { ...query, didYouMean: true })
  const [found, asTyped] = await Promise.all([
    find(connection, { generation, terms, query: terms?.every }, query, undefined),
    readCompletions(connection, generation, { text, words, limit }),
  ])
  const products = pageOf(found, query).map((row) => hitOf(row, undefined))
  if (asTyped.length > 0) return { completions: asTyped, products }
  const spelled = respelled(text, better)
  if (spelled === null) return { completions: [], products }
  return { completions: await readCompletions(connection, generation, { text: spelled, words: indexedWords(spelled), limit }), products }
}

interface ReadTerms {
  readonly generation: number
  /** Undefined without words. */
  readonly terms: SearchTerms | undefined
  /** Known words for those that no product has and that begin none. */
  readonly better: ReadonlyMap<string, string>
}

async function readTerms(connection: SqlConnection, words: readonly string[], { synonyms, didYouMean = false }: SearchQuery): Promise<ReadTerms> {
  const distinct = [...new Set(words)]
  const doubtful = distinct.filter((word) => toleratedTypos(word) > 0)
  const [, { rows }] = await Promise.all([
    connection.execute(words.length === 0 ? statements.settings : statements.settingsForWords, []),
    connection.execute(statements.findWords, [distinct, doubtful, didYouMean ? doubtful : []]),
  ])
  const found = rows as (KnownWord & { generation: number; products: number })[]
  const [{ generation, products } = { generation: 0, products: 0 }] = found
  const begun = new Set(found.filter(({ asked, word }) => word === `${asked}*`).map(({ asked }) => asked))
  const known = found.filter(({ asked, word }) => asked !== null && word !== `${asked}*`)
  const better = new Map<string, string>()
  for (const word of didYouMean ? doubtful : []) {
    const [best] = begun.has(word)
      ? []
      : lookalikesOf(
          word,
          known.filter(({ asked }) => asked === word),
        )
    if (best !== undefined) better.set(word, best.word)
  }
  return { generation, terms: words.length === 0 ? undefined : searchTerms(queryTerms(words, synonyms), known, products), better }
}

interface HitRow extends Pick<DocumentRow, 'handle' | 'title' | 'sku' | 'in_stock' | 'rating' | 'ratings'> {
  readonly total: number
  readonly pinned: number
  /** Null where it is not asked for. */
  readonly complete: number | null
  readonly id: ProductId | null
  readonly score: number
  /** Its place among the pins; null for one that is not pinned. */
  readonly pin: number | null
  /** Where highlights are asked for. */
  readonly description?: string | null
}

interface Found {
  readonly total: number
  readonly pinned: number
  readonly complete: number
  readonly rows: readonly HitRow[]
  readonly facetRows: readonly FacetRow[]
}

/** Hits and facets in one round trip, where the client can send on. */
async function find(connection: SqlConnection, matching: Matching, query: SearchQuery, wanted: number | undefined): Promise<Found> {
  const hits = hitStatement(matching, query, { enough: wanted })
  const facets = (query.facets ?? []).length === 0 ? undefined : facetStatement(matching, query)
  const [answer, counted] = await Promise.all([
    connection.execute(hits.sql, hits.parameters),
    facets === undefined ? undefined : connection.execute(facets.sql, facets.parameters),
  ])
  const rows = answer.rows as HitRow[]
  const [first] = rows
  const { total, pinned, complete } = first ?? { total: 0, pinned: 0, complete: 0 }
  return { total, pinned, complete: complete ?? total, rows: rows.filter(({ id }) => id !== null), facetRows: (counted?.rows ?? []) as FacetRow[] }
}

function pageOf({ rows, total, pinned: pinnedCount }: Found, query: SearchQuery): readonly HitRow[] {
  const { limit, offset, merchandising } = query
  const ids = pinsOf(query)
  const positions = new Map(merchandising?.pins.map(({ productId, position }) => [productId as string, position]))
  const pinned = rows.flatMap((row) => (row.pin === null ? [] : [{ position: positions.get(row.id ?? '') ?? 1, item: row }]))
  const rest = rows.filter(({ pin }) => pin === null)
  // The rest was read as if every pin were a hit.
  const surplus = Math.max(0, offset - pinned.length) - Math.max(0, offset - ids.length)
  return placePins({ pinned, rest: rest.slice(surplus), restTotal: total - pinnedCount, limit, offset })
}

function hitOf(row: HitRow, finds: ((word: string) => boolean) | undefined): SearchHit {
  const { handle, title, sku, score, in_stock: inStock, rating: average, ratings: count } = row
  const rating = { average: count === 0 ? null : average, count }
  const hit = { productId: row.id as ProductId, handle, title, sku, score, inStock, rating }
  return finds === undefined ? hit : { ...hit, highlights: highlightsOf(title, row.description ?? '', finds) }
}

interface Typed {
  readonly text: string
  readonly words: readonly string[]
  readonly limit: number
}

interface CountedWord {
  readonly word: string
  readonly count: number
  readonly title: string | null
}

async function readCompletions(connection: SqlConnection, generation: number, { text, words, limit }: Typed): Promise<SuggestAnswer['completions']> {
  const last = words.at(-1) ?? ''
  if (!mayBeBeginning(last)) return []
  const before = words.slice(0, -1).map(quotedWord)
  const alone = before.length === 0
  const { rows } = await connection.execute(statements.findBeginnings, [generation, last, alone ? limit : maxCandidates])
  const candidates = rows as { readonly word: string; readonly titles: number }[]
  if (candidates.length === 0) return []
  const queries = candidates.map(({ word }) => [...before, `${quotedWord(word)}:A`].join(' & '))
  const { rows: counted } = await connection.execute(alone ? statements.findTitles : statements.countCompletions, [
    generation,
    candidates.map(({ word }) => word),
    queries,
  ])
  const titles = new Map(candidates.map(({ word, titles: count }) => [word, count]))
  const endings = (counted as CountedWord[])
    .map(({ word, count, title }) => ({ word, title: title ?? '', count: alone ? (titles.get(word) ?? 0) : count }))
    .filter(({ count }) => count > 0)
  return completionsOf(text, endings, limit)
}
