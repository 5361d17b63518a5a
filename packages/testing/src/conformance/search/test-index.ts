import type { ProductId, SearchAnswer, SearchDocument, SearchIndex, SearchQuery } from '@cartwright/core/ports'
import { openedForTest } from '../opened-for-test.ts'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'

/** An index that each test finds empty. */
export function testIndex(options: SearchIndexSuiteOptions): () => SearchIndex {
  return openedForTest(options.open, (index) => index.close())
}

/** A document in stock at 10 USD, whose id, SKU and, unless given, title come from its handle. */
export function aDocument(handle: string, overrides: Partial<SearchDocument> = {}): SearchDocument {
  return {
    id: `id-${handle}` as ProductId,
    handle,
    title: handle.replaceAll('-', ' '),
    description: '',
    vendor: '',
    categories: [],
    attributes: [],
    words: [],
    skus: [`SKU-${handle}`],
    barcodes: [],
    prices: [{ currency: 'USD', minMinor: 1000, maxMinor: 1000 }],
    sku: `SKU-${handle}`,
    inStock: true,
    ratingAverage: 0,
    ratingCount: 0,
    createdAt: new Date(0),
    ...overrides,
  }
}

export function query(index: SearchIndex, text: string, overrides: Partial<SearchQuery> = {}): Promise<SearchAnswer> {
  return index.query({ text, limit: 20, offset: 0, ...overrides })
}

export async function handles(index: SearchIndex, text: string, overrides: Partial<SearchQuery> = {}): Promise<readonly string[]> {
  return (await query(index, text, overrides)).items.map(({ handle }) => handle)
}
