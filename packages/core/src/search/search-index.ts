import type { ProductId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { Diagnosis, Migrations } from '../storage/storage.ts'

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

export interface SearchWrite {
  /**
   * Grows with every writer that takes over from another. Not given: whoever writes is the only one.
   */
  readonly fence?: number
}

/** A new content of an index, built while the old one answers. */
export interface SearchRebuild {
  /** @throws CONFLICT when another rebuild has begun since. */
  upsert(documents: readonly SearchDocument[]): Promise<void>
  remove(ids: readonly ProductId[]): Promise<void>
  /** Lets the new content answer from now on and drops the old one. @param write - its `fence` is the first of the new content. @throws CONFLICT as `upsert` does. */
  finish(write?: SearchWrite): Promise<void>
}

/**
 * Finds products by what a buyer types.
 *
 * **Contract for implementers**
 * - One wrong, missing or doubled letter in a word of five letters or more still finds it; so does the beginning of a word.
 * - A word in the title weighs more than in any other field; equal scores go by rating, then by handle.
 * - `upsert` replaces by id; `remove` of an unknown id is no error. Both are visible to queries that start after they resolve.
 * - An index outside the process refuses a write whose `fence` is lower than one it has seen, with `CONFLICT`: a writer that slept through its lease must not
 *   put an old state over a newer one.
 */
export interface SearchIndex {
  /** False when the index lives outside this process and survives it: it is built by `reindex`, and fed by the worker. */
  readonly inProcess: boolean
  upsert(documents: readonly SearchDocument[], write?: SearchWrite): Promise<void>
  remove(ids: readonly ProductId[], write?: SearchWrite): Promise<void>
  /** Empties the index. */
  clear(): Promise<void>
  query(query: SearchQuery): Promise<SearchAnswer>
  /** Begins a new content beside the one that answers; what another rebuild has begun and not finished is dropped. An index without it is emptied first. */
  rebuild?(): Promise<SearchRebuild>
  /** The schema of an index that has one. Nothing but `cartwright migrate` and `cartwright search reindex` applies it. */
  readonly migrations?: Migrations
  /** What `doctor` says of it. Resolves with a finding when the index cannot be reached. */
  diagnose?(): Promise<readonly Diagnosis[]>
  close(): Promise<void>
}
