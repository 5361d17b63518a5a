import type { CartId, Quote, QuoteId, QuoteLine, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { address, ids } from '../fixtures.ts'
import { at, minute, moment, start } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

const mugs: QuoteLine = {
  sku: 'MUG-1',
  variantId: ids.next(),
  productId: ids.next(),
  title: 'Mug “Größe” 7 ☕',
  options: { Colour: "Bleu d'azur" },
  quantity: 2,
  unitMinor: 500,
  priceList: null,
  totalMinor: 1000,
  discountMinor: 100,
  taxMinor: 63,
  includedTaxMinor: 0,
  stockTracked: true,
  backorder: false,
}

function aQuote(overrides: Partial<Quote> = {}): Quote {
  return {
    id: ids.next<QuoteId>(),
    cartId: ids.next<CartId>(),
    cartVersion: 3,
    currency: 'USD',
    lines: [mugs, { ...mugs, sku: 'FILE-1', stockTracked: false, backorder: true, options: {} }],
    subtotalMinor: 2000,
    discountMinor: 200,
    shippingMinor: 300,
    taxMinor: 126,
    taxes: [{ name: 'Sales tax', rate: '7', taxableMinor: 1800, amountMinor: 126, included: false }],
    total: { amountMinor: Number.MAX_SAFE_INTEGER, currency: 'USD' },
    credits: [],
    creditMinor: 0,
    dueMinor: Number.MAX_SAFE_INTEGER,
    shippingMethod: 'standard',
    shippingLabel: 'Standard',
    deliveryEstimate: { earliest: '2026-01-05', latest: '2026-01-07' },
    pickupLocation: null,
    shippingAddress: address,
    billingAddress: { ...address, line2: 'Back door' },
    fingerprint: 'f'.repeat(64),
    expiresAt: moment(15 * minute + 1),
    createdAt: start,
    ...overrides,
  }
}

async function insertedQuote(storage: Storage, overrides: Partial<Quote> = {}): Promise<Quote> {
  const quote = aQuote(overrides)
  await storage.transaction(at(0), (tx) => tx.quotes.insert(quote))
  return quote
}

export function quoteBehaviour(options: StorageSuiteOptions): void {
  describe('keeping', () => {
    const storage = testStorage(options)
    const find = (quoteId: QuoteId, cartId: CartId) => storage().snapshot(at(0), (snapshot) => snapshot.quotes.find({ quoteId, cartId }), { fresh: true })
    const latest = (cartId: CartId) => storage().snapshot(at(0), (snapshot) => snapshot.quotes.latest({ cartId }), { fresh: true })
    const prune = (before: Date, limit = 10) => storage().transaction(at(0), (tx) => tx.quotes.prune({ before, limit }))

    it('gives back exactly what was put in: largest amounts, any letters, whole milliseconds', async () => {
      const quote = await insertedQuote(storage())
      expect(await find(quote.id, quote.cartId)).toEqual(quote)
      expect(await storage().transaction(at(0), (tx) => tx.quotes.find({ quoteId: quote.id, cartId: quote.cartId }))).toEqual(quote)
    })

    it('gives a quote to its own cart only', async () => {
      const quote = await insertedQuote(storage())
      const other = await insertedQuote(storage())
      expect(await find(quote.id, other.cartId)).toBeUndefined()
      expect(await find(ids.next<QuoteId>(), quote.cartId)).toBeUndefined()
    })

    it('knows the newest quote of each cart, expired or not', async () => {
      const newest = await insertedQuote(storage(), { createdAt: moment(2000), expiresAt: moment(2001) })
      await insertedQuote(storage(), { cartId: newest.cartId, createdAt: moment(1000), expiresAt: moment(60 * minute) })
      const other = await insertedQuote(storage(), { createdAt: moment(3000) })
      expect(await latest(newest.cartId)).toEqual(newest)
      expect(await latest(other.cartId)).toEqual(other)
      expect(await latest(ids.next<CartId>())).toBeUndefined()
    })

    it('deletes what expired before a time, up to the limit, and nothing else', async () => {
      const old = [await insertedQuote(storage(), { expiresAt: moment(1000) }), await insertedQuote(storage(), { expiresAt: moment(1999) })]
      const kept = await insertedQuote(storage(), { expiresAt: moment(2000) })
      expect(await prune(moment(2000), 1)).toBe(1)
      expect([await prune(moment(2000)), await prune(moment(2000))]).toEqual([1, 0])
      for (const { id, cartId } of old) expect(await find(id, cartId)).toBeUndefined()
      expect(await find(kept.id, kept.cartId)).toEqual(kept)
    })

    it('keeps nothing of a transaction that rolled back', async () => {
      const quote = aQuote()
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.quotes.insert(quote)
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await latest(quote.cartId)).toBeUndefined()
    })
  })
}
