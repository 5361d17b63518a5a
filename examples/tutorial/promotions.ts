import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, flatShipping, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'promotions.db' }),
  currency: 'EUR',
  payments: [fakePayments()],
  shipping: flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 490 }]),
})

const staff = { type: 'admin', id: 'grace' } as const
const ada = { type: 'customer', customerId: 'ada' } as const
const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const goods = (sku: string, amountMinor: number) => ({ sku, prices: [{ currency: 'EUR', amountMinor }], stock: [{ quantity: 20 }] })
await commerce.catalog.upsertMany({
  products: [
    { handle: 'mug', title: 'Mug', categories: [['Kitchen', 'Mugs']], variants: [goods('MUG', 1500)] },
    { handle: 'kettle', title: 'Kettle', categories: [['Kitchen']], variants: [goods('KETTLE', 8900)] },
  ],
})

// #region automatic
await commerce.promotions.create({
  actor: staff,
  automatic: true,
  name: 'Three mugs for two',
  effect: { type: 'buy_get', buy: 2, get: 1 },
  items: { categories: [['Kitchen', 'Mugs']] },
})
// #endregion automatic

// #region voucher
const { id: promotionId } = await commerce.promotions.create({
  actor: staff,
  name: '10% for newcomers',
  effect: { type: 'percentage', basisPoints: 1_000 },
  conditions: { minimumSubtotal: { EUR: 5_000 }, firstOrder: true },
  limits: { total: 500 },
  endsAt: new Date('2099-12-31T23:00:00Z'),
})
await commerce.vouchers.create({ actor: staff, promotionId, code: 'HELLO' })
const letters = await commerce.vouchers.generate({ actor: staff, promotionId, count: 3, prefix: 'POST' }) // one order each
console.log(`${letters.length} letters to send`)
// #endregion voucher

const { cart } = await commerce.carts.create({ actor: ada })
const cartId = cart.id
await commerce.carts.addLine({ actor: ada, cartId, sku: 'MUG', quantity: 3 })
await commerce.carts.addLine({ actor: ada, cartId, sku: 'KETTLE', quantity: 1 })

// #region apply
try {
  await commerce.carts.applyVoucher({ actor: ada, cartId, code: 'HALLO', client: '192.0.2.1' })
} catch (error) {
  if (isCommerceError(error, 'VOUCHER_REFUSED')) console.log(error.details.reason)
  else if (isCommerceError(error, 'VOUCHER_UNKNOWN')) console.log('no such code')
  else throw error
}
const { vouchers } = await commerce.carts.applyVoucher({ actor: ada, cartId, code: 'hello', client: '192.0.2.1' })
console.log(vouchers.join())
// #endregion apply

// #region quote
const quote = await commerce.checkout.quote({ actor: ada, cartId, shippingAddress, shippingMethod: 'standard' })
for (const { name, discountMinor, lines } of quote.promotions?.applied ?? []) {
  console.log(`${name}: −${discountMinor}`)
  for (const { sku, discountMinor: off, reason } of lines) console.log(`  ${sku}: ${reason ?? `−${off}`}`)
}
for (const { code, reason } of quote.promotions?.notApplied ?? []) console.log(`${code}: ${reason}`)
console.log(`${quote.subtotalMinor} − ${quote.discountMinor} + ${quote.shippingMinor} = ${quote.total.amountMinor}`)
// #endregion quote

const payment = { provider: 'fake', method: 'card_ok' }
const placed = await commerce.checkout.place({ actor: ada, cartId, expectedTotal: quote.total, payment, idempotencyKey: 'ada-1' })

// #region used
const { used, promotion } = await commerce.vouchers.get({ actor: staff, code: 'HELLO' })
console.log(`${placed.outcome}: the code was used ${used} time, its promotion ${promotion.used}`)
await commerce.orders.cancel({ actor: staff, orderId: placed.order.id })
console.log(`cancelled: ${(await commerce.vouchers.get({ actor: staff, code: 'HELLO' })).used}`)
// #endregion used

await commerce.close()
