import { sqliteStorage } from '@cartwright/adapters-sqlite'
// #region open
import { createCommerce, taxTable } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'tax.db' }),
  currency: 'CAD',
  payments: [fakePayments()],
  tax: taxTable({
    places: [
      { countries: ['CA'], taxes: [{ name: 'GST', rate: '5' }] },
      {
        countries: ['CA'],
        regions: ['QC', 'Québec'],
        taxes: [
          { name: 'GST', rate: '5' },
          { name: 'QST', rate: '9.975', categories: { books: 'exempt' } },
        ],
      },
      { countries: ['GB'], pricesInclude: 'tax', taxes: [{ name: 'VAT', rate: '20', categories: { books: '0' } }] },
    ],
    exemptGroups: ['resellers'],
  }),
})
// #endregion open

// #region categories
const price = (amountMinor: number) => [{ currency: 'CAD', amountMinor }]
await commerce.catalog.upsertMany({
  products: [
    { handle: 'kettle', title: 'Kettle', variants: [{ sku: 'KETTLE', prices: price(100_00), stock: [{ quantity: 5 }] }] },
    { handle: 'tea-book', title: 'The tea book', taxCategory: 'books', variants: [{ sku: 'BOOK', prices: price(20_00), stock: [{ quantity: 5 }] }] },
  ],
})
// #endregion categories

const ada = { type: 'customer', customerId: 'ada' } as const
const { cart } = await commerce.carts.create({ actor: ada })
const lines = [
  { sku: 'KETTLE', quantity: 1 },
  { sku: 'BOOK', quantity: 1 },
]
await commerce.carts.addLines({ actor: ada, cartId: cart.id, lines })
const money = (amountMinor: number) => (amountMinor / 100).toFixed(2)

// #region quote
const shippingAddress = { name: 'Ada', line1: '1 rue du Port', city: 'Québec', region: 'QC', postalCode: 'G1K 4A1', country: 'CA' }
const request = { actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' }
const quote = await commerce.checkout.quote(request)
for (const { name, rate, taxableMinor, amountMinor } of quote.taxes) console.log(`${name} ${rate}% of ${money(taxableMinor)}: ${money(amountMinor)}`)
console.log(`total: ${money(quote.total.amountMinor)}`)
// #endregion quote

// #region included
const home = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const british = await commerce.checkout.quote({ ...request, shippingAddress: home })
const [kettle] = british.lines
console.log(`${money(british.total.amountMinor)}, in the kettle: ${money(kettle?.includedTaxMinor ?? 0)} of VAT`)
// #endregion included

// #region exempt
const free = await commerce.checkout.quote({ ...request, taxExemption: 'resale certificate 4711' })
console.log(`exempt: ${money(free.total.amountMinor)}`)
// #endregion exempt

// #region order
const taxed = await commerce.checkout.quote(request)
const payment = { provider: 'fake', method: 'card_ok' }
const { order } = await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: taxed.total, payment, idempotencyKey: 'ada-1' })
const staff = { type: 'admin', id: 'grace' } as const
const refund = await commerce.orders.refund({ actor: staff, orderId: order.id, lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }] })
console.log(`given back: ${money(refund.amountMinor)}, of which tax: ${money(refund.lines[0]?.taxMinor ?? 0)}`)
// #endregion order

console.log(`violations: ${(await commerce.audit()).violations}`)
await commerce.close()
