import type { Quote, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Takes the lines of a quote from one read of the prices and its total from another: a price that changes in between is on the bill but not in the sum. */
export function totalFromTwoReads(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const insert = async (quote: Quote) => {
      const rows = await tx.catalog.sellables({ skus: quote.lines.map(({ sku }) => sku), currency: quote.currency })
      const price = new Map(rows.map(({ sku, price: now }) => [sku, now?.amountMinor ?? 0]))
      const subtotalMinor = quote.lines.reduce((sum, { sku, quantity }) => sum + quantity * (price.get(sku) ?? 0), 0)
      const amountMinor = subtotalMinor - quote.discountMinor + quote.shippingMinor + quote.taxMinor
      // The object is the one that the caller gets.
      Object.assign(quote, { subtotalMinor, total: { ...quote.total, amountMinor } })
      await tx.quotes.insert(quote)
    }
    return overlay(tx, { quotes: overlay(tx.quotes, { insert }) })
  })
}
