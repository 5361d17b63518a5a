import type { CartId, QuoteId } from '../ids.ts'
import type { Quote } from './quote.ts'

export interface QuoteReader {
  find(params: { readonly quoteId: QuoteId; readonly cartId: CartId }): Promise<Quote | undefined>
  /** The cart's newest quote, expired or not. */
  latest(params: { readonly cartId: CartId }): Promise<Quote | undefined>
}

/** Persistence of quotes. They are never changed. */
export interface QuoteStore extends QuoteReader {
  insert(quote: Quote): Promise<void>
  /** Deletes quotes that expired before `before`. @returns how many. */
  prune(params: { readonly before: Date; readonly limit: number }): Promise<number>
}
