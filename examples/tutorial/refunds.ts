import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, flatShipping, formatDecimal } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: ':memory:' }),
  currency: 'EUR',
  payments: [fakePayments()],
  shipping: flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 500 }]),
})
const staff = { type: 'admin', id: 'bo' } as const
const buyer = { type: 'customer', customerId: 'ada' } as const
const euros = (amountMinor: number) => `${formatDecimal({ amountMinor, currency: 'EUR' })} EUR`

await commerce.catalog.upsertMany({
  products: [{ handle: 'cup', title: 'Cup', variants: [{ sku: 'CUP', prices: [{ currency: 'EUR', amountMinor: 1200 }], stock: [{ quantity: 10 }] }] }],
})
const { cart } = await commerce.carts.create({ actor: buyer })
await commerce.carts.addLine({ actor: buyer, cartId: cart.id, sku: 'CUP', quantity: 4 })
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const quote = await commerce.checkout.quote({ actor: buyer, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
const { order } = await commerce.checkout.place({
  actor: buyer,
  cartId: cart.id,
  expectedTotal: quote.total,
  payment: { provider: 'fake', method: 'card_ok' },
  idempotencyKey: 'refunds-example',
})
const orderId = order.id
const orderLineId = order.lines[0]?.id ?? ''
const stock = async () => (await commerce.inventory.levels({ skus: ['CUP'] })).map(({ onHand, reserved }) => `${onHand} on hand, ${reserved} reserved`).join()

// #region refundable
const { refundableMinor, shippingMinor, lines } = await commerce.orders.refundable({ actor: staff, orderId })
// #endregion refundable
console.log(`refundable: ${euros(refundableMinor)}, of which shipping ${euros(shippingMinor)}; ${lines[0]?.unshipped} cups not shipped`)

// #region refund
const refund = await commerce.orders.refund({
  actor: staff,
  orderId,
  lines: [{ orderLineId, quantity: 1 }],
  reason: 'one too many',
  idempotencyKey: 'ticket-4711',
})
// #endregion refund
console.log(`refunded: ${euros(refund.amountMinor)}, ${refund.refunds[0]?.status}; ${await stock()}`)

const parcel = await commerce.orders.fulfil({ actor: staff, orderId })
console.log(`shipped: ${parcel.lines[0]?.quantity} cups; ${await stock()}`)

// #region request
const wanted = await commerce.returns.request({ actor: buyer, orderId, lines: [{ orderLineId, quantity: 2, reason: 'damaged', note: 'the handles are off' }] })
// #endregion request

// #region return
await commerce.returns.approve({ actor: staff, returnId: wanted.id })
// When the goods have come: one can be sold again. The other is named with `restock: false`, or has not come at all.
await commerce.returns.receive({ actor: staff, returnId: wanted.id, lines: [{ orderLineId, quantity: 1, restock: true }] })
const done = await commerce.returns.refund({ actor: staff, returnId: wanted.id, deductionMinor: 200, shipping: true })
// #endregion return
console.log(`return ${done.returned.status}: ${euros(done.refund.amountMinor)}; ${await stock()}`)

for (const { text } of await commerce.orders.timeline({ actor: buyer, orderId })) console.log(`- ${text}`)
console.log(`violations: ${(await commerce.audit({ providers: true, graceMs: 0 })).violations}`)
await commerce.close()
