import type { ProductId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { Diagnosis, Migrations } from '../storage/storage.ts'
import type { SearchAnswer, SearchQuery, SuggestAnswer, SuggestQuery } from './search-query.ts'

/** A product as an index knows it. */
export interface SearchDocument {
  readonly id: ProductId
  readonly handle: string
  readonly title: string
  readonly description: string
  readonly vendor: string
  /** Category paths, e.g. `[['Kitchen', 'Kettles']]`. */
  readonly categories: readonly (readonly string[])[]
  /** What a product is counted and filtered by: its attributes, and the options of its variants. A name comes once, its values each once. */
  readonly attributes: readonly SearchAttribute[]
  /** Attribute and option values as words. */
  readonly words: readonly string[]
  readonly skus: readonly string[]
  /** Barcodes of its variants. */
  readonly barcodes: readonly string[]
  readonly prices: readonly { readonly currency: Currency; readonly minMinor: number; readonly maxMinor: number }[]
  /** The SKU to put in a cart from a hit: the first one that can be bought, else the first. */
  readonly sku: string
  readonly inStock: boolean
  /** Of approved reviews; 0 without any. */
  readonly ratingAverage: number
  readonly ratingCount: number
  readonly createdAt: Date
}

export interface SearchAttribute {
  readonly name: string
  /** Numbers and flags as text: `1400`, `true`. */
  readonly values: readonly string[]
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
 * - Products with every word come before those with some of them, which follow where few have all. Which products match the text depends on nothing but the
 *   text: filters only take away. Sorted by anything but relevance, those with some of the words are hits only if none has all.
 * - A synonym finds what the words it stands for would find, whole words only, and scores less than they.
 * - A facet's counts ignore the part of the filter that is about the same thing, so that a buyer may choose a second value: of `category`, `price`, `minRating`
 *   and each name of `attributes`. All other parts hold. A count is the `total` of the same query with that value alone chosen.
 * - Equal queries on equal documents answer the same, in the same order.
 * - `upsert` replaces by id; `remove` of an unknown id is no error. Both are visible to queries that start after they resolve.
 * - A query that cannot be answered because the index is down rejects within seconds, with an error of kind `unavailable` or one that is no `CommerceError`: the
 *   shop's database answers then. Any other `CommerceError` reaches the caller.
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
  /**
   * Goes on with what is being typed: its last word is taken for the beginning of a word that occurs in titles, codes, vendors and categories of products that
   * have the words before it. One letter, or a digit or two, completes nothing. When nothing begins so, wrong letters are forgiven as `query` does.
   */
  suggest(query: SuggestQuery): Promise<SuggestAnswer>
  /** Begins a new content beside the one that answers; what another rebuild has begun and not finished is dropped. An index without it is emptied first. */
  rebuild?(): Promise<SearchRebuild>
  /** The schema of an index that has one. Nothing but `cartwright migrate` and `cartwright search reindex` applies it. */
  readonly migrations?: Migrations
  /** What `doctor` says of it. Resolves with a finding when the index cannot be reached. */
  diagnose?(): Promise<readonly Diagnosis[]>
  close(): Promise<void>
}
