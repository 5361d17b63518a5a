import { describe, expect, it } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import type { Context } from '../context.ts'
import type { CartId, QuoteId } from '../ids.ts'
import { addMs } from '../time.ts'
import type { Quote } from './quote.ts'

const start = new Date('2026-01-01T00:00:00.123Z')

function aQuote(context: Context, overrides: Partial<Quote> = {}): Quote {
  const address = { name: 'Zoë “Ünï” 買', line1: "1 O'Hara St", city: 'Kraków', postalCode: '00-001', country: 'PL' }
  return {
    id: context.ids.next<QuoteId>(),
    cartId: context.ids.next<CartId>(),
    cartVersion: 3,
    currency: 'USD',
    lines: [
      {
        sku: 'MUG',
        variantId: context.ids.next(),
        productId: context.ids.next(),
        title: 'Mug',
        options: { Colour: 'Blue' },
        quantity: 2,
        unitMinor: 500,
        priceList: 'club',
        totalMinor: 1000,
        discountMinor: 0,
        taxMinor: 70,
        includedTaxMinor: 4,
        stockTracked: true,
        backorder: false,
      },
    ],
    subtotalMinor: 1000,
    discountMinor: 0,
    shippingMinor: 300,
    taxMinor: 70,
    taxes: [{ name: 'GST', rate: '7', taxableMinor: 1000, amountMinor: 70, included: false }],
    total: { amountMinor: Number.MAX_SAFE_INTEGER, currency: 'USD' },
    credits: [],
    creditMinor: 0,
    dueMinor: Number.MAX_SAFE_INTEGER,
    shippingMethod: 'standard',
    shippingLabel: 'Standard',
    deliveryEstimate: { earliest: '2026-01-05', latest: '2026-01-07' },
    pickupLocation: null,
    shippingAddress: address,
    billingAddress: { ...address, region: 'x', phone: '+48 1' },
    fingerprint: 'f'.repeat(64),
    expiresAt: addMs(start, 1_000),
    createdAt: start,
    ...overrides,
  }
}

async function stored(context: Context, ...quotes: readonly Quote[]): Promise<void> {
  for (const quote of quotes) await context.storage.transaction(context.clock.now(), (tx) => tx.quotes.insert(quote))
}

describe('quotes', () => {
  it('come back as they went in, to the millisecond and the unit', async () => {
    const context = await testContext()
    const quote = aQuote(context)
    await stored(context, quote)
    const find = (params: { quoteId: QuoteId; cartId: CartId }) => context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.quotes.find(params))
    expect(await find({ quoteId: quote.id, cartId: quote.cartId })).toEqual(quote)
    expect(await find({ quoteId: quote.id, cartId: context.ids.next<CartId>() })).toBeUndefined()
    expect(await find({ quoteId: context.ids.next<QuoteId>(), cartId: quote.cartId })).toBeUndefined()
  })

  it('have a newest one per cart, the later made of two in one millisecond', async () => {
    const context = await testContext()
    const first = aQuote(context)
    const second = aQuote(context, { cartId: first.cartId })
    const older = aQuote(context, { cartId: first.cartId, createdAt: addMs(start, -1) })
    await stored(context, second, first, older, aQuote(context))
    const latest = (cartId: CartId) => context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.quotes.latest({ cartId }))
    expect((await latest(first.cartId))?.id).toBe(second.id)
    expect(await latest(context.ids.next<CartId>())).toBeUndefined()
  })

  it('are pruned once expired before a moment, oldest first, up to the limit', async () => {
    const context = await testContext()
    const quotes = [3_000, 1_000, 2_000].map((ms) => aQuote(context, { expiresAt: addMs(start, ms) }))
    await stored(context, ...quotes)
    const prune = (ms: number) => context.storage.transaction(context.clock.now(), (tx) => tx.quotes.prune({ before: addMs(start, ms), limit: 1 }))
    expect([await prune(1_000), await prune(3_000), await prune(3_000), await prune(3_000)]).toEqual([0, 1, 1, 0])
    const left = await Promise.all(
      quotes.map(({ id, cartId }) => context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.quotes.find({ quoteId: id, cartId }))),
    )
    expect(left.map((quote) => quote !== undefined)).toEqual([true, false, false])
  })
})
