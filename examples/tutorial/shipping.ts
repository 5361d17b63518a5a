import { sqliteStorage } from '@cartwright/adapters-sqlite'
// #region open
import { createCommerce, shippingZones } from '@cartwright/core'
import { fakePayments, manualClock } from '@cartwright/testing'

const shop = { name: 'The tea shop', line1: '5 Broad Quay', city: 'Bristol', postalCode: 'BS1 4DA', country: 'GB' }
const shipping = shippingZones({
  zones: [
    {
      name: 'Home',
      countries: ['GB'],
      methods: [
        { method: 'post', label: 'Post', price: { flat: { GBP: 3_90 } }, freeFrom: { GBP: 50_00 }, delivery: { minDays: 2, maxDays: 4 } },
        {
          method: 'courier',
          label: 'Courier',
          price: {
            byWeight: [
              { upToGrams: 2_000, amount: { GBP: 7_90 } },
              { upToGrams: 20_000, amount: { GBP: 12_90 } },
            ],
          },
          delivery: { minDays: 1, maxDays: 1 },
        },
      ],
    },
    { name: 'Islands', countries: ['GB'], postalPrefixes: ['HS', 'ZE'], methods: [{ method: 'ferry', label: 'Ferry', price: { flat: { GBP: 9_90 } } }] },
    {
      name: 'Europe',
      countries: ['DE', 'FR', 'NL'],
      methods: [{ method: 'post', label: 'Post', price: { byPrice: [{ from: { GBP: 20_00 }, amount: { GBP: 14_90 } }] } }],
    },
  ],
  pickups: [{ method: 'counter', label: 'Fetch it in our shop', location: 'bristol', address: shop, delivery: { minDays: 0, maxDays: 0 } }],
  calendar: { timeZone: 'Europe/London', cutOffHour: 14, holidays: ['2026-12-25', '2026-12-28'] },
})
// #endregion open

const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'shipping.db' }),
  currency: 'GBP',
  payments: [fakePayments()],
  shipping,
  clock: manualClock(new Date('2026-12-03T15:00:00Z')),
})

const prices = [{ currency: 'GBP', amountMinor: 24_00 }]
await commerce.catalog.upsertMany({
  products: [{ handle: 'kettle', title: 'Kettle', variants: [{ sku: 'KETTLE', prices, weightGrams: 1_300, stock: [{ quantity: 9 }] }] }],
})
const ada = { type: 'customer', customerId: 'ada' } as const
const { cart } = await commerce.carts.create({ actor: ada })
await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'KETTLE', quantity: 2 })

// #region choose
const home = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
for (const { method, amountMinor, estimate } of await commerce.checkout.shippingRates({ actor: ada, cartId: cart.id, shippingAddress: home })) {
  console.log(`${method}: ${amountMinor}, ${estimate?.earliest} to ${estimate?.latest}`)
}
// #endregion choose

const island = { ...home, city: 'Lerwick', postalCode: 'ZE1 0AA' }
const islands = await commerce.checkout.shippingRates({ actor: ada, cartId: cart.id, shippingAddress: island })
console.log(`to the islands: ${islands.map(({ method }) => method).join(', ')}`)

// #region pickup
const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, pickup: { name: 'Ada' }, shippingMethod: 'counter' })
console.log(`${quote.shippingLabel}, ${quote.deliveryEstimate?.earliest}: ${quote.shippingAddress.line1}, for ${quote.shippingAddress.name}`)
// #endregion pickup

const payment = { provider: 'fake', method: 'card_ok' }
const { order } = await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'ada-1' })
console.log(`the order waits in ${order.pickupLocation}`)
await commerce.close()
