import { hash } from 'node:crypto'
import type { ProductId } from '../ids.ts'
import { highlightedLength } from './highlight.ts'
import type { SearchDocument } from './search-index.ts'
import { foldedWordsOf } from './search-words.ts'

/** The texts that are searched; MiniSearch's documents. */
export interface IndexedTexts {
  readonly id: ProductId
  readonly title: string
  readonly vendor: string
  readonly codes: string
  readonly categories: string
  readonly description: string
  readonly attributes: string
}

export const indexedFields = ['title', 'vendor', 'codes', 'categories', 'description', 'attributes'] as const satisfies readonly (keyof IndexedTexts)[]

/** What filters, facets, sorting and answers need of a document. */
export type StoredDocument = Pick<SearchDocument, 'id' | 'handle' | 'title' | 'sku' | 'prices' | 'inStock' | 'ratingAverage' | 'ratingCount'> & {
  /** Its beginning, for highlights. */
  readonly description: string
  /** Its categories and all above them, by {@link categoryKey}. */
  readonly within: readonly string[]
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly createdMs: number
  /** Digest of its texts: while it stays, nothing is indexed anew. */
  readonly digest: string
}

export function indexedTexts(document: SearchDocument): IndexedTexts {
  return {
    id: document.id,
    title: document.title,
    vendor: document.vendor,
    codes: [...document.skus, ...document.barcodes].join(' '),
    categories: [...new Set(document.categories.flat())].join(' '),
    description: document.description,
    attributes: document.words.join(' '),
  }
}

export function storedDocument(document: SearchDocument, texts: IndexedTexts): StoredDocument {
  const { id, handle, title, sku, prices, inStock, ratingAverage, ratingCount, description } = document
  return {
    ...{ id, handle, title, sku, prices, inStock, ratingAverage, ratingCount },
    description: description.slice(0, highlightedLength),
    within: categoryKeysWithin(document.categories),
    attributes: new Map(document.attributes.map(({ name, values }) => [name, values])),
    createdMs: document.createdAt.getTime(),
    digest: hash('sha1', indexedFields.map((field) => texts[field]).join('\0'), 'base64'),
  }
}

/** How a category is written where categories are compared. */
export function categoryKey(path: readonly string[]): string {
  return JSON.stringify(path)
}

/** The keys of some categories and of all above them, each once. */
export function categoryKeysWithin(paths: SearchDocument['categories']): string[] {
  return [...new Set(paths.flatMap((path) => path.map((_, depth) => categoryKey(path.slice(0, depth + 1)))))]
}

/** What titles are sorted by: their words as they are compared. */
export function titleKey(title: string): string {
  return foldedWordsOf(title).join(' ')
}
