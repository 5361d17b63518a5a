import { sqliteStorage } from '@cartwright/adapters-sqlite'
// #region open
import { createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'cart-holds.db' }),
  currency: 'EUR',
  payments: [fakePayments()],
  cartHolds: { minutes: 5, maxMinutes: 10, maxHolds: 1, maxUnits: 2 },
})
// #endregion open

const ada = { type: 'customer', customerId: 'ada' } as const
const ben = { type: 'customer', customerId: 'ben' } as const
const prices = [{ currency: 'EUR', amountMinor: 14_900 }]
await commerce.catalog.upsertMany({ products: [{ handle: 'shoe', title: 'Drop shoe', variants: [{ sku: 'SHOE', prices, stock: [{ quantity: 2 }] }] }] })
const { cart } = await commerce.carts.create({ actor: ada })
await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'SHOE', quantity: 2 })

// #region hold
const hold = await commerce.carts.hold({ actor: ada, cartId: cart.id })
console.log(`${hold?.units} held for ${Number(hold?.expiresAt) - Number(hold?.since)} ms`)
// #endregion hold

// #region others
const { cart: another } = await commerce.carts.create({ actor: ben })
const { lines } = await commerce.carts.addLine({ actor: ben, cartId: another.id, sku: 'SHOE', quantity: 1 })
console.log(JSON.stringify(lines[0]?.problems))
// #endregion others

// #region limits
const { cart: third } = await commerce.carts.create({ actor: ada })
await commerce.carts.addLine({ actor: ada, cartId: third.id, sku: 'SHOE', quantity: 1 })
try {
  await commerce.carts.hold({ actor: ada, cartId: third.id })
} catch (error) {
  if (!isCommerceError(error, 'HOLD_LIMIT')) throw error
  console.log(`${error.details.limit}: ${error.details.max}`)
}
// #endregion limits

// #region order
const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
const payment = { provider: 'fake', method: 'card_ok' }
const placed = await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'ada-1' })
const { holder, status } = await commerce.inventory.reservation({ reservationId: hold?.reservationId ?? '' })
console.log(`${placed.outcome}: the hold is ${status} to the ${holder.type}`)
// #endregion order

const { violations } = await commerce.audit({ providers: true, graceMs: 0 })
console.log(`violations: ${violations}`)
await commerce.close()
