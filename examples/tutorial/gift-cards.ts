import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, formatDecimal, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({ storage: sqliteStorage({ file: process.argv[2] ?? 'gift-cards.db' }), currency: 'EUR', payments: [fakePayments()] })

const ada = { type: 'customer', customerId: 'ada' } as const
const staff = { type: 'admin', id: 'grace' } as const
const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const euros = (amountMinor: number) => `${formatDecimal({ amountMinor, currency: 'EUR' })} EUR`

const prices = [{ currency: 'EUR', amountMinor: 8900 }]
await commerce.catalog.upsertMany({ products: [{ handle: 'kettle', title: 'Kettle', variants: [{ sku: 'KETTLE', prices, stock: [{ quantity: 3 }] }] }] })

// #region issue
const { giftCard, code } = await commerce.giftCards.issue({ actor: staff, amountMinor: 50_00, note: 'a prize', idempotencyKey: 'prize-7' })
if (code === null) throw new Error('this prize was issued before: its code was shown then')
await commerce.storeCredit.grant({ actor: staff, customerId: 'ada', amountMinor: 10_00, note: 'the last parcel was late' })
// #endregion issue

// #region balance
const { spendableMinor, lastFour } = await commerce.giftCards.balance({ actor: ada, code, client: '203.0.113.7' })
console.log(`${euros(spendableMinor)} on the card, ${lastFour === giftCard.lastFour ? 'the right one' : 'another'}`)
// #endregion balance

const { cart } = await commerce.carts.create({ actor: ada })
const cartId = cart.id
await commerce.carts.addLine({ actor: ada, cartId, sku: 'KETTLE', quantity: 1 })

// #region pay
const credits = { giftCards: [code], storeCredit: true }
const quote = await commerce.checkout.quote({ actor: ada, cartId, shippingAddress, shippingMethod: 'standard', credits })
console.log(`${euros(quote.total.amountMinor)}: ${euros(quote.creditMinor)} by credit, ${euros(quote.dueMinor)} by card`)

const { order } = await commerce.checkout.place({
  actor: ada,
  cartId,
  quoteId: quote.id,
  expectedTotal: quote.total,
  expectedDue: { amountMinor: quote.dueMinor, currency: quote.currency },
  payment: { provider: 'fake', method: 'card_ok' }, // left out when nothing is due
  idempotencyKey: 'ada-1',
})
console.log(`${order.displayStatus}, ${order.paymentStatus}`)
// #endregion pay

// #region spent
try {
  const { cart: other } = await commerce.carts.create({ actor: ada })
  await commerce.carts.addLine({ actor: ada, cartId: other.id, sku: 'KETTLE', quantity: 1 })
  await commerce.checkout.quote({ actor: ada, cartId: other.id, shippingAddress, shippingMethod: 'standard', credits: { giftCards: [code] } })
} catch (error) {
  if (!isCommerceError(error, 'GIFT_CARD_UNUSABLE')) throw error
  console.log(`the card ending in ${error.details.lastFour === lastFour ? 'the same four' : 'others'} is ${error.details.reason}`)
}
// #endregion spent

// #region refund
const { refunds, credits: returned } = await commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: 40_00, reason: 'a dent' })
for (const { amountMinor, provider } of refunds) console.log(`${euros(amountMinor)} by ${provider}`)
for (const { amountMinor } of returned) console.log(`${euros(amountMinor)} to credit`)
await commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: 9_00, to: 'store_credit', reason: 'another dent' })
const { balanceMinor } = await commerce.storeCredit.balance({ actor: ada })
console.log(`store credit: ${euros(balanceMinor)}`)
// #endregion refund

// #region movements
const { items } = await commerce.storeCredit.entries({ actor: ada })
for (const { change, amountMinor } of items) console.log(`${change} ${euros(amountMinor)}`)
// #endregion movements

console.log(`violations: ${(await commerce.audit()).violations}`)
await commerce.close()
