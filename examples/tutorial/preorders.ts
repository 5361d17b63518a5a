import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments, manualClock } from '@cartwright/testing'

const clock = manualClock(new Date('2026-11-02T09:00:00Z'))
const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'preorders.db' }),
  currency: 'EUR',
  payments: [fakePayments({ now: clock.date })],
  clock,
})
const staff = { type: 'admin', id: 'grace' } as const
const ada = { type: 'customer', customerId: 'ada' } as const
const eur = (amountMinor: number) => [{ currency: 'EUR', amountMinor }]

// #region offer
await commerce.catalog.upsertMany({
  products: [
    {
      handle: 'novel',
      title: 'The novel',
      variants: [{ sku: 'NOVEL', prices: eur(2400), stock: [{ quantity: 500 }], availableFrom: '2026-12-01' }],
    },
    {
      handle: 'lamp',
      title: 'Reading lamp',
      variants: [{ sku: 'LAMP', prices: eur(3900), stock: [{ quantity: 1 }], backorder: 'allow', restockDate: '2026-11-20' }],
    },
  ],
})
// #endregion offer

// #region cart
const { cart } = await commerce.carts.create({ actor: ada })
const lines = [
  { sku: 'NOVEL', quantity: 1 },
  { sku: 'LAMP', quantity: 2 },
]
const seen = await commerce.carts.addLines({ actor: ada, cartId: cart.id, lines })
for (const line of seen.lines) console.log(`${line.title}: ${line.availableFrom === undefined ? 'all of it' : 'preorder,'} by ${line.expectedAt}`)
// #endregion cart

// #region buy
const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
const payment = { provider: 'fake', method: 'card_ok' }
const { order } = await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'ada-1' })
console.log(order.lines.map(({ sku, expectedAt }) => `${sku} ${expectedAt}`).join(', '))
// #endregion buy

// #region plan
const { parcels, waiting } = await commerce.orders.planShipments({ actor: staff, orderId: order.id })
for (const parcel of parcels) console.log(`now: ${parcel.lines.map(({ quantity, sku }) => `${quantity} ${sku}`).join(', ')}`)
for (const { quantity, sku, expectedAt } of waiting) console.log(`waits: ${quantity} ${sku} until ${expectedAt}`)
// #endregion plan

// #region early
const novel = { orderLineId: order.lines[0]?.id ?? '', quantity: 1 }
try {
  await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [novel] })
} catch (error) {
  if (!isCommerceError(error, 'NOT_YET_AVAILABLE')) throw error
  console.log(`not before ${error.details.availableFrom}`)
}
await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [novel], early: true })
// #endregion early

clock.set(new Date('2026-11-20T09:00:00Z'))
await commerce.inventory.adjust({ sku: 'LAMP', by: 10, reason: 'received' })
await commerce.orders.fulfil({ actor: staff, orderId: order.id })
const { displayStatus } = await commerce.orders.get({ actor: staff, id: order.id })
const { violations } = await commerce.audit({ providers: true, graceMs: 0 })
console.log(`${displayStatus}, violations: ${violations}`)
await commerce.close()
