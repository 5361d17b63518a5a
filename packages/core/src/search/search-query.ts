import type { ProductId } from '../ids.ts'
import type { Currency } from '../money/money.ts'

/** Every given part must hold. */
export interface SearchFilter {
  /** Products in this category or below it. */
  readonly category?: readonly string[]
  /** Products whose range of prices meets this one, ends included, minor units. */
  readonly price?: { readonly currency: Currency; readonly minMinor?: number; readonly maxMinor?: number }
  /** True: only products that can be bought now; false: only the others. */
  readonly inStock?: boolean
  /** Of each name the product has one of the values. A name comes once. */
  readonly attributes?: readonly { readonly name: string; readonly values: readonly string[] }[]
  /** Products that customers rate this high at least, 1 to 5. */
  readonly minRating?: number
}

/** `price_asc` and `price_desc` go by the lowest price; a product without one in the currency comes last. Equals go by handle. */
export type SearchSort = 'relevance' | 'price_asc' | 'price_desc' | 'rating' | 'newest' | 'title'

/** Ends included, minor units; an end that is not given is open. */
export interface PriceRange {
  readonly minMinor?: number
  readonly maxMinor?: number
}

/** What to count. A limit is of values; the commonest come first, equals in alphabetical order. */
export type FacetRequest =
  | { readonly type: 'category' /** Counts its children; the roots if it is not given. */; readonly below?: readonly string[]; readonly limit: number }
  | { readonly type: 'price'; readonly currency: Currency; readonly ranges: readonly PriceRange[] }
  | { readonly type: 'attribute'; readonly name: string; readonly limit: number }
  | { readonly type: 'rating' }

/** Counts of products. Values that no product has are left out, apart from those of prices and ratings. */
export type SearchFacet =
  | {
      readonly type: 'category'
      readonly below: readonly string[]
      readonly values: readonly { readonly path: readonly string[]; readonly count: number }[]
    }
  | { readonly type: 'price'; readonly currency: Currency; readonly ranges: readonly (PriceRange & { readonly count: number })[] }
  | { readonly type: 'attribute'; readonly name: string; readonly values: readonly { readonly value: string; readonly count: number }[] }
  | { readonly type: 'rating' /** From 4 stars down to 1. */; readonly values: readonly { readonly minRating: number; readonly count: number }[] }

/** A phrase of the text that other phrases stand for as well. Words as `wordsOf` and `foldWord` make them. */
export interface SynonymUse {
  readonly phrase: readonly string[]
  readonly alternatives: readonly (readonly string[])[]
}

/** Products by id, by a category (or one above it) and by a value of an attribute: all that any of these names. */
export interface ProductGroup {
  readonly productIds: readonly ProductId[]
  readonly categories: readonly (readonly string[])[]
  readonly attributes: readonly { readonly name: string; readonly value: string }[]
}

/** How the shop arranges the hits of one query. */
export interface Merchandising {
  /** Products that are hits whatever their words, if the filter lets them through, and stand at this position, counted from 1. Neither comes twice. At most 50. */
  readonly pins: readonly { readonly productId: ProductId; readonly position: number }[]
  /** Come before the others that match as well: those with every word before other such, those with some of the words before other such. */
  readonly boost: ProductGroup
  /** Come after all others. What is in both groups is buried. */
  readonly bury: ProductGroup
}

export interface SearchQuery {
  /** What the buyer typed; up to 200 characters. Blank: every product that the filter lets through, if there is a filter or a facet; else none. */
  readonly text: string
  readonly filter?: SearchFilter
  /** Counted over all hits, not the page. */
  readonly facets?: readonly FacetRequest[]
  /** @default relevance */
  readonly sort?: SearchSort
  /** Of price sorts, which need it. */
  readonly currency?: Currency
  /** Whether hits say where the words were found. @default false */
  readonly highlight?: boolean
  /** Whether to look for a better spelling. @default false */
  readonly didYouMean?: boolean
  /** Those whose phrase the text has, a phrase once; where two begin with one word, the longer counts. */
  readonly synonyms?: readonly SynonymUse[]
  /** Counts where hits are sorted by relevance only. */
  readonly merchandising?: Merchandising
  /** 1 to 100. */
  readonly limit: number
  /** Hits to leave out before the first; up to 10,000. */
  readonly offset: number
}

/** A part of a text: one that was searched for, or one between such parts. Plain text, to be escaped like any other. */
export interface TextPiece {
  readonly text: string
  readonly match: boolean
}

export interface SearchHighlights {
  /** The whole title, piece by piece. */
  readonly title: readonly TextPiece[]
  /** Some 200 characters of the description around the first word found in it; null when none is. */
  readonly description: readonly TextPiece[] | null
}

/** What approved reviews come to. */
export interface ProductRating {
  /** 1 to 5; null without any. */
  readonly average: number | null
  readonly count: number
}

export interface SearchHit {
  readonly productId: ProductId
  readonly handle: string
  readonly title: string
  readonly sku: string
  /** Larger is better; comparable within one answer only. 0 where no word was searched. */
  readonly score: number
  readonly inStock: boolean
  readonly rating: ProductRating
  /** If they were asked for. */
  readonly highlights?: SearchHighlights
}

export interface SearchAnswer {
  /** Hits in all, before limit and offset. */
  readonly total: number
  readonly items: readonly SearchHit[]
  /** In the order asked for. */
  readonly facets: readonly SearchFacet[]
  /** The text with words that products have in place of those that none has; null when there is nothing to mend, nothing like it, or nobody asked. */
  readonly didYouMean: string | null
}

export interface SuggestQuery {
  /** What the buyer has typed so far; up to 200 characters. */
  readonly text: string
  /** Of completions, and of products; 1 to 20. */
  readonly limit: number
}

export interface SuggestAnswer {
  /** Texts that would find something, those that find most products first. */
  readonly completions: readonly { readonly text: string; readonly count: number }[]
  /** The best hits for the text as it stands. */
  readonly products: readonly SearchHit[]
}

/** Whether a query without words asks for every product rather than for none. */
export function browses({ text, filter = {}, facets = [] }: SearchQuery): boolean {
  return text.trim() === '' && (facets.length > 0 || Object.values(filter).some((part) => part !== undefined))
}
