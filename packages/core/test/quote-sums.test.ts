import { type Commerce, minorDigits, type ShippingPrice, shippingZones, type TaxTable, taxTable } from '@cartwright/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seed } from './property-seed.ts'
import { address, expectSound, staff, testShop } from './test-shop.ts'

/** Currencies with 0, 2 and 3 decimals. */
const currencies = ['JPY', 'USD', 'KWD'] as const
type Currency = (typeof currencies)[number]

const digits = Object.fromEntries(currencies.map((currency) => [currency, minorDigits(currency)]))

const percent = fc.integer({ min: 0, max: 40_000 }).map((thousandths) => (thousandths / 1000).toFixed(3))
const placeTaxes = fc.array(
  fc.record({
    name: fc.constantFrom('State', 'City', 'VAT'),
    rate: percent,
    compound: fc.boolean(),
    categories: fc.dictionary(fc.constantFrom('reduced', 'books'), fc.oneof(percent, fc.constant('exempt'))),
  }),
  { maxLength: 3 },
)
const rules = fc.record({
  pricesInclude: fc.constantFrom('none' as const, 'tax' as const),
  rounding: fc.constantFrom('per_line' as const, 'per_order' as const),
  halves: fc.constantFrom('up' as const, 'down' as const, 'even' as const),
  taxesRounded: fc.constantFrom('each' as const, 'together' as const),
  shipping: fc.constantFrom('as_lines' as const, { category: 'standard' }, { category: 'exempt' }),
})
const table: fc.Arbitrary<TaxTable> = fc.tuple(placeTaxes, placeTaxes, rules).map(([here, near, how]) => ({
  ...how,
  places: [
    { countries: ['GB'], taxes: here },
    { countries: ['GB'], postalPrefixes: ['SW1'], taxes: near },
  ],
}))

const amounts = fc.record({ JPY: fc.nat(5_000), USD: fc.nat(5_000), KWD: fc.nat(5_000) })
const price: fc.Arbitrary<ShippingPrice> = fc.oneof(
  amounts.map((flat) => ({ flat })),
  amounts.map((amount) => ({ byWeight: [{ upToGrams: 1_000_000, amount }] })),
  fc.tuple(amounts, amounts).map(([first, second]) => ({
    byPrice: [
      { from: { JPY: 0, USD: 0, KWD: 0 }, amount: first },
      { from: { JPY: 900, USD: 900, KWD: 900 }, amount: second },
    ],
  })),
)
const method = fc.record({ price, freeFrom: fc.option(amounts, { nil: undefined }) })

/** One of them dear enough for the bank, which charges no less than 50 minor units. */
const dear = { unitMinor: 60, category: 'standard', quantity: 1 }
const goods = fc
  .array(
    fc.record({
      unitMinor: fc.oneof(fc.nat(3), fc.nat(200_000)),
      category: fc.constantFrom('standard', 'reduced', 'books', 'exempt'),
      quantity: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 6 },
  )
  .map((others) => [...others, dear])
const shop = fc.record({ tax: table, method, goods, currency: fc.constantFrom(...currencies) })

async function sell(
  commerce: Commerce,
  wanted: readonly { readonly unitMinor: number; readonly category: string; readonly quantity: number }[],
  currency: Currency,
) {
  await commerce.catalog.upsertMany({
    products: wanted.map(({ unitMinor, category }, index) => ({
      handle: `good-${index}`,
      title: 'Good',
      taxCategory: category,
      variants: [{ sku: `G-${index}`, prices: [{ currency, amountMinor: unitMinor }], stockTracked: false, weightGrams: 100 }],
    })),
  })
  const { cart, guestToken = '' } = await commerce.carts.create({ currency })
  const actor = { type: 'guest', token: guestToken } as const
  await commerce.carts.addLines({ actor, cartId: cart.id, lines: wanted.map(({ quantity }, index) => ({ sku: `G-${index}`, quantity })) })
  return { actor, cartId: cart.id }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

test('the currencies have 0, 2 and 3 decimals', () => expect(digits).toEqual({ JPY: 0, USD: 2, KWD: 3 }))

test(`whatever the cart, the rates and the rules, totals add up, are never negative, and are what is charged and given back (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(shop, async ({ tax, method: { price: amount, freeFrom }, goods: wanted, currency }) => {
      const methods = [{ method: 'standard', label: 'Post', price: amount, freeFrom }]
      const { commerce, bank } = await testShop({ tax: taxTable(tax), shipping: shippingZones({ zones: [{ name: 'All', methods }] }) })
      await using _open = commerce
      const { actor, cartId } = await sell(commerce, wanted, currency)
      const quote = await commerce.checkout.quote({ actor, cartId, shippingAddress: address, shippingMethod: 'standard' })
      const { lines, subtotalMinor, discountMinor, shippingMinor, taxMinor, taxes, total } = quote

      expect(total).toEqual({ amountMinor: subtotalMinor - discountMinor + shippingMinor + taxMinor, currency })
      expect(subtotalMinor).toBe(sum(wanted.map(({ unitMinor, quantity }) => unitMinor * quantity)))
      expect(sum(taxes.filter(({ included }) => !included).map(({ amountMinor }) => amountMinor))).toBe(taxMinor)
      const shippingTaxMinor = taxMinor - sum(lines.map((line) => line.taxMinor))
      const parts = lines.flatMap((line) => [line.totalMinor - line.discountMinor, line.taxMinor, line.includedTaxMinor])
      for (const minor of [...parts, subtotalMinor, discountMinor, shippingMinor, shippingTaxMinor, total.amountMinor])
        expect(Number.isSafeInteger(minor) && minor >= 0).toBe(true)
      if (tax.pricesInclude === 'tax') expect(taxMinor).toBe(0)

      const payment = { provider: 'fake', method: 'card_ok' }
      const { order } = await commerce.checkout.place({ actor, cartId, expectedTotal: total, payment, idempotencyKey: 'k' })
      const charged = () => bank.ledger.totals().byCurrency[currency]
      expect([order.totalMinor, charged()?.capturedMinor]).toEqual([total.amountMinor, total.amountMinor])
      const all = order.lines.map(({ id, quantity }) => ({ orderLineId: id, quantity }))
      const shipping = shippingMinor + shippingTaxMinor > 0 ? { shipping: true as const } : {}
      await commerce.orders.refund({ actor: staff, orderId: order.id, lines: all, ...shipping })
      expect(charged()?.refundedMinor).toBe(total.amountMinor)
      await expectSound(commerce)
    }),
    { seed, numRuns: 25 },
  )
})
