import type { ProductId } from '../ids.ts'
import type { Currency } from '../money/money.ts'

/** A product as an index knows it. */
export interface SearchDocument {
  readonly id: ProductId
  readonly handle: string
  readonly title: string
  readonly description: string
  readonly vendor: string
  /** Category paths, e.g. `[['Kitchen', 'Kettles']]`. */
  readonly categories: readonly (readonly string[])[]
  /** Attribute values as words. */
  readonly attributes: readonly string[]
  readonly skus: readonly string[]
  /** Barcodes of its variants. */
  readonly barcodes: readonly string[]
  readonly prices: readonly { readonly currency: Currency; readonly minMinor: number; readonly maxMinor: number }[]
  /** The SKU to put in a cart from a hit: the first one that can be bought, else the first. */
  readonly sku: string
  readonly inStock: boolean
  readonly ratingAverage: number
}

export interface SearchQuery {
  /** What the buyer typed; up to 200 characters. Empty matches nothing. */
  readonly text: string
  readonly filter?: {
    /** Products in this category or below it. */
    readonly category?: readonly string[]
    /** Products whose range of prices meets this one, ends included, minor units. */
    readonly price?: { readonly currency: Currency; readonly minMinor?: number; readonly maxMinor?: number }
    /** True: only products that can be bought now; false: only the others. */
    readonly inStock?: boolean
  }
  /** 1 to 100. */
  readonly limit: number
  /** Hits to leave out before the first; up to 10,000. */
  readonly offset: number
}

export interface SearchHit {
  readonly productId: ProductId
  readonly handle: string
  readonly title: string
  readonly sku: string
  /** Larger is better; comparable within one answer only. */
  readonly score: number
  readonly inStock: boolean
}

export interface SearchAnswer {
  /** Hits in all, before limit and offset. */
  readonly total: number
  readonly items: readonly SearchHit[]
}

/**
 * Finds products by what a buyer types.
 *
 * **Contract for implementers**
 * - One wrong, missing or doubled letter in a word of five letters or more still finds it; so does the beginning of a word.
 * - A word in the title weighs more than in any other field; equal scores go by rating, then by handle.
 * - `upsert` replaces by id; `remove` of an unknown id is no error. Both are visible to queries that start after they resolve.
 */
export interface SearchIndex {
  /** False when the index lives outside this process and survives it, so that it need not be built at every start. */
  readonly inProcess: boolean
  upsert(documents: readonly SearchDocument[]): Promise<void>
  remove(ids: readonly ProductId[]): Promise<void>
  /** Empties the index. */
  clear(): Promise<void>
  query(query: SearchQuery): Promise<SearchAnswer>
  close(): Promise<void>
}
