import type { ProductId, SearchAnswer, SearchDocument, SearchIndex, SearchQuery } from '@cartwright/core/ports'
import { afterEach, beforeEach } from 'vitest'
import type { SearchIndexSuiteOptions } from './search-index-suite.ts'

/** An index that each test finds empty. */
export function testIndex(options: SearchIndexSuiteOptions): () => SearchIndex {
  let opened: SearchIndex | undefined
  beforeEach(async () => {
    opened = await options.open()
  })
  afterEach(async () => {
    await opened?.close()
    opened = undefined
  })
  return () => {
    if (opened === undefined) throw new Error('the index is open during tests only')
    return opened
  }
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
    skus: [`SKU-${handle}`],
    barcodes: [],
    prices: [{ currency: 'USD', minMinor: 1000, maxMinor: 1000 }],
    sku: `SKU-${handle}`,
    inStock: true,
    ratingAverage: 0,
    ...overrides,
  }
}

export function query(index: SearchIndex, text: string, overrides: Partial<SearchQuery> = {}): Promise<SearchAnswer> {
  return index.query({ text, limit: 20, offset: 0, ...overrides })
}

export async function handles(index: SearchIndex, text: string, overrides: Partial<SearchQuery> = {}): Promise<readonly string[]> {
  return (await query(index, text, overrides)).items.map(({ handle }) => handle)
}
