import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, flatShipping, formatDecimal, isCommerceError } from '@cartwright/core'
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
  products: [
    { handle: 'cup', title: 'Cup', variants: [{ sku: 'CUP', prices: [{ currency: 'EUR', amountMinor: 1200 }], stock: [{ quantity: 10 }] }] },
    { handle: 'pot', title: 'Pot', variants: [{ sku: 'POT', prices: [{ currency: 'EUR', amountMinor: 3000 }], stock: [{ quantity: 3 }] }] },
  ],
})
const { cart } = await commerce.carts.create({ actor: buyer })
await commerce.carts.addLine({ actor: buyer, cartId: cart.id, sku: 'CUP', quantity: 4 })
const oldAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const quote = await commerce.checkout.quote({ actor: buyer, cartId: cart.id, shippingAddress: oldAddress, shippingMethod: 'standard' })
const { order } = await commerce.checkout.place({
  actor: buyer,
  cartId: cart.id,
  expectedTotal: quote.total,
  payment: { provider: 'fake', method: 'card_ok' },
  idempotencyKey: 'order-edits-example',
})
const orderId = order.id
const orderLineId = order.lines[0]?.id ?? ''
const shippingAddress = { ...oldAddress, line1: '6 Ashley Combe', city: 'Porlock', postalCode: 'TA24 8LD' }

// #region preview
const changes = { remove: [{ orderLineId, quantity: 1 }], shippingAddress }
const preview = await commerce.orders.previewEdit({ actor: staff, orderId, changes })
// #endregion preview
console.log(`would give back ${euros(preview.refundMinor)}`)

// #region edit
const { order: edited, refund } = await commerce.orders.edit({
  actor: staff,
  orderId,
  changes,
  reason: 'moved, and one cup too many',
  expectedVersion: preview.version,
  idempotencyKey: 'ticket-4711',
})
// #endregion edit
console.log(`gave back ${euros(refund?.amountMinor ?? 0)}, goes to ${edited.shippingAddress.city}`)

// #region add
const { id: quoteId, cartId, total } = await commerce.orders.quoteAddition({ actor: buyer, orderId, lines: [{ sku: 'POT', quantity: 1 }] })
const added = await commerce.checkout.place({
  actor: buyer,
  cartId,
  quoteId,
  expectedTotal: total,
  payment: { provider: 'fake', method: 'card_ok' },
  idempotencyKey: 'one pot more',
})
// #endregion add
console.log(`a pot for ${euros(total.amountMinor)}: ${added.outcome}`)

// #region read
const whole = await commerce.orders.get({ actor: buyer, id: orderId })
const charged = [whole, ...(whole.additions ?? [])].reduce((sum, { totalMinor }) => sum + totalMinor, 0)
// #endregion read
console.log(`order and addition: ${euros(charged)}`)

// #region parcels
const first = await commerce.orders.fulfil({ actor: staff, orderId, lines: [{ orderLineId, quantity: 2 }], carrier: 'DHL', trackingNumber: '00340' })
const rest = await commerce.orders.fulfil({ actor: staff, orderId, carrier: 'DHL', trackingNumber: '00341' })
// #endregion parcels
const state = async () => (await commerce.orders.get({ actor: buyer, id: orderId })).displayStatus
console.log(`${first.lines[0]?.quantity} and ${rest.lines[0]?.quantity} cups: ${await state()}`)

await commerce.orders.deliver({ actor: staff, fulfilmentId: first.id })
const between = await state()
await commerce.orders.deliver({ actor: staff, fulfilmentId: rest.id })
console.log(`one parcel has come: ${between}; both: ${await state()}`)

const tooLate = await commerce.orders.edit({ actor: staff, orderId, changes: { shippingAddress: oldAddress } }).catch((error: unknown) => error)
console.log(isCommerceError(tooLate) ? tooLate.code : 'edited')
console.log(`violations: ${(await commerce.audit()).violations}`)
await commerce.close()
