import type { Context } from '../context.ts'
import { documentsOf } from './catalogue-changes.ts'
import { highlightsOf } from './highlight.ts'
import type { SearchDocument } from './search-index.ts'
import { browses, type SearchAnswer, type SearchHit, type SearchQuery, type SuggestAnswer, type SuggestQuery } from './search-query.ts'
import { foldedWordsOf, foldWord, mayBeBeginning, wordsOf } from './search-words.ts'
import { completionsOf, type Ending } from './spelling.ts'

/** Products that are counted, and paged through, at most. */
const most = 1_000
/** Products whose titles complete a text. */
const mostCompleting = 30

/**
 * Answers a query without an index, from the catalogue in the database, maybe from a replica: products with every word in their title or vendor, or with the text
 * for a SKU. Filters and sorts are heeded; facets, spelling, synonyms and merchandising are not.
 */
export async function searchCatalogue({ storage, clock }: Pick<Context, 'storage' | 'clock'>, query: SearchQuery): Promise<SearchAnswer> {
  const { text, filter = {}, sort = 'relevance', currency = '', limit, offset } = query
  const words = wordsOf(text)
  if (words.length === 0 && !browses(query)) return { total: 0, items: [], facets: [], didYouMean: null }
  const code = text.trim()
  const skus = code === '' ? [] : [...new Set([code, code.toUpperCase(), code.toLowerCase()])]
  const { total, documents } = await storage.snapshot(clock.now(), async (snapshot) => {
    const ids = await snapshot.catalog.matchProducts({ words, skus, filter, sort, currency, limit: most })
    const page = ids.slice(offset, offset + limit)
    return { total: ids.length, documents: page.length === 0 ? [] : await documentsOf(snapshot, await snapshot.catalog.findProducts({ ids: page })) }
  })
  const sought = words.map(foldWord)
  return { total, items: documents.map((document) => hitOf(document, query.highlight === true ? sought : undefined)), facets: [], didYouMean: null }
}

/**
 * Goes on with what is being typed without an index: texts are completed by words of the titles that {@link searchCatalogue} finds first, and counted among these.
 */
export async function suggestFromCatalogue(context: Pick<Context, 'storage' | 'clock'>, { text, limit }: SuggestQuery): Promise<SuggestAnswer> {
  const { items } = await searchCatalogue(context, { text, limit: mostCompleting, offset: 0 })
  const products = items.slice(0, limit)
  const last = foldedWordsOf(text).at(-1) ?? ''
  if (!mayBeBeginning(last)) return { completions: [], products }
  const endings = new Map<string, Ending>()
  for (const { title } of items) {
    const words = new Set(foldedWordsOf(title).filter((word) => word.startsWith(last)))
    for (const word of words) endings.set(word, { word, title, count: (endings.get(word)?.count ?? 0) + 1 })
  }
  return { completions: completionsOf(text, [...endings.values()], limit), products }
}

/** @param sought - the folded words to show in it, if they are to be shown. */
function hitOf(document: SearchDocument, sought: readonly string[] | undefined): SearchHit {
  const { id, handle, title, description, sku, inStock, ratingAverage, ratingCount } = document
  const rating = { average: ratingCount === 0 ? null : ratingAverage, count: ratingCount }
  const hit = { productId: id, handle, title, sku, score: 0, inStock, rating }
  if (sought === undefined) return hit
  return { ...hit, highlights: highlightsOf(title, description, (word) => sought.some((part) => word.includes(part))) }
}
