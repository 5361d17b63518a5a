import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'bundles.db' }),
  currency: 'EUR',
  payments: [fakePayments()],
})
const staff = { type: 'admin', id: 'grace' } as const
const ada = { type: 'customer', customerId: 'ada' } as const
const eur = (amountMinor: number) => [{ currency: 'EUR', amountMinor }]

// #region offer
await commerce.catalog.upsertMany({
  products: [
    { handle: 'pot', title: 'Tea pot', variants: [{ sku: 'POT', prices: eur(3500), stock: [{ quantity: 3 }] }] },
    { handle: 'cup', title: 'Cup', variants: [{ sku: 'CUP', prices: eur(900), stock: [{ quantity: 9 }] }] },
    {
      handle: 'tea-set',
      title: 'Tea set',
      variants: [{ sku: 'TEA-SET', prices: eur(6500), components: [{ sku: 'POT' }, { sku: 'CUP', quantity: 4 }] }],
    },
  ],
})
// #endregion offer

// #region available
const { variants } = await commerce.catalog.availability({ handle: 'tea-set' })
console.log(variants[0]?.buyable) // three pots, but cups for two sets
// #endregion available

// #region buy
const { cart } = await commerce.carts.create({ actor: ada })
const lines = [
  { sku: 'TEA-SET', quantity: 2 },
  { sku: 'CUP', quantity: 1 },
]
await commerce.carts.addLines({ actor: ada, cartId: cart.id, lines })
const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
const payment = { provider: 'fake', method: 'card_ok' }
const { order } = await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'ada-1' })
const [set] = order.lines
console.log(set?.components?.map(({ quantity, title }) => `${quantity} × ${title}`).join(', '))
for (const { sku, onHand, reserved } of await commerce.inventory.levels({ skus: ['CUP', 'POT'] })) console.log(`${sku}: ${onHand} there, ${reserved} reserved`)
// #endregion buy

// #region ship
await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [{ orderLineId: set?.id ?? '', quantity: 1 }] })
const [cups] = await commerce.inventory.levels({ skus: ['CUP'] })
console.log(`${cups?.onHand} cups left after one set was sent`)
// #endregion ship

// #region short
const { cart: another } = await commerce.carts.create({ actor: ada })
const { lines: short } = await commerce.carts.addLine({ actor: ada, cartId: another.id, sku: 'TEA-SET', quantity: 1 })
console.log(JSON.stringify(short[0]?.problems))
const pot = await commerce.catalog.get({ sku: 'POT' })
await commerce.catalog.archive({ productId: pot.id })
try {
  await commerce.checkout.quote({ actor: ada, cartId: another.id, shippingAddress, shippingMethod: 'standard' })
} catch (error) {
  if (!isCommerceError(error, 'CART_PROBLEMS')) throw error
  console.log(JSON.stringify(error.details.problems))
}
// #endregion short

const { violations } = await commerce.audit({ providers: true, graceMs: 0 })
console.log(`violations: ${violations}`)
await commerce.close()
