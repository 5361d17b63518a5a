// #region open
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'tutorial.db' }),
  currency: 'EUR',
  payments: [fakePayments()],
})
// #endregion open

// #region subscribe
const seen: string[] = []
commerce.events.subscribe({
  name: 'warehouse-mail',
  topics: ['order.confirmed', 'order.shipped'],
  handle: async (event) => {
    seen.push(event.topic)
  },
})
// #endregion subscribe

// #region import
const report = await commerce.catalog.upsertMany({
  products: [
    {
      handle: 'gooseneck-kettle',
      title: 'Gooseneck kettle',
      description: 'Pours a thin, steady stream.',
      categories: [['Kitchen', 'Kettles']],
      attributes: { wattage: 1200, material: 'steel' },
      options: ['Colour'],
      variants: [
        { sku: 'KETTLE-BLACK', options: { Colour: 'Black' }, prices: [{ currency: 'EUR', amountMinor: 8900 }], stock: [{ quantity: 3 }] },
        { sku: 'KETTLE-WHITE', options: { Colour: 'White' }, prices: [{ currency: 'EUR', amountMinor: 8900, compareAtMinor: 9900 }], stock: [{ quantity: 1 }] },
      ],
    },
    {
      handle: 'hand-grinder',
      title: 'Hand grinder',
      categories: [['Kitchen', 'Grinders']],
      variants: [
        { sku: 'GRINDER', prices: [{ currency: 'EUR', amountMinor: 6450 }], stock: [{ quantity: 10 }] },
        { sku: 'GRINDER-BROKEN', prices: [{ currency: 'EUR', amountMinor: -1 }] },
      ],
    },
  ],
})
console.log(`imported ${report.results.length} products`)
for (const { index, variant, column, code } of report.rejected) console.log(`rejected: product ${index}, variant ${variant}: ${column} (${code})`)
// #endregion import

// #region browse
const kettles = await commerce.catalog.list({ filter: { category: ['Kitchen', 'Kettles'], inStock: true }, sort: 'price_asc' })
console.log(`kettles: ${kettles.items.map(({ title }) => title).join(', ')}`)

const answer = await commerce.search.query({ text: 'goosneck ketle' })
console.log(`best hit: ${answer.items[0]?.title}`)
// #endregion browse

// #region cart
const ada = { type: 'customer', customerId: 'ada' } as const
const { cart } = await commerce.carts.create({ actor: ada })
await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'KETTLE-WHITE', quantity: 2 })
const view = await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'GRINDER', quantity: 1 })
for (const { sku, problems } of view.lines) for (const problem of problems) console.log(`${sku}: ${problem.type}`)

await commerce.carts.updateLine({ actor: ada, cartId: cart.id, sku: 'KETTLE-WHITE', quantity: 1 })
// #endregion cart

// #region stranger
try {
  await commerce.carts.get({ actor: { type: 'customer', customerId: 'eve' }, cartId: cart.id })
} catch (error) {
  if (!isCommerceError(error, 'NOT_FOUND')) throw error
  console.log(`eve sees: ${error.code}`)
}
// #endregion stranger

// #region quote
const shippingAddress = { name: 'Ada Lovelace', line1: 'Hauptstr. 1', city: 'Berlin', postalCode: '10115', country: 'DE' }
const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
console.log(`to pay: ${quote.total.amountMinor} ${quote.total.currency}`)
// #endregion quote

// #region decline
const declined = await commerce.checkout.place({
  actor: ada,
  cartId: cart.id,
  expectedTotal: quote.total,
  payment: { provider: 'fake', method: 'card_declined' },
  idempotencyKey: 'ada-first-try',
})
if (declined.outcome !== 'declined') throw new Error(`expected a decline, got ${declined.outcome}`)
console.log(`declined: ${declined.decline.buyerMessage}`)
// #endregion decline

// #region resume
const secondTry = {
  actor: ada,
  orderId: declined.order.id,
  payment: { provider: 'fake', method: 'card_ok' },
  idempotencyKey: 'ada-second-try',
}
const paid = await commerce.checkout.resume(secondTry)
const again = await commerce.checkout.resume(secondTry) // a double click
console.log(`${paid.outcome}; repeated: ${again.order.id === paid.order.id ? 'the same order' : 'another order'}`)
// #endregion resume

// #region ship
const staff = { type: 'admin', id: 'sam' } as const
const order = await commerce.orders.get({ actor: staff, number: paid.order.number })
const parcels = []
for (const [index, line] of order.lines.entries()) {
  const trackingNumber = `DE000${index + 1}`
  parcels.push(
    await commerce.orders.fulfil({
      actor: staff,
      orderId: order.id,
      lines: [{ orderLineId: line.id, quantity: line.quantity }],
      carrier: 'DHL',
      trackingNumber,
    }),
  )
  console.log(`after parcel ${index + 1}: ${(await commerce.orders.get({ actor: staff, id: order.id })).displayStatus}`)
}
for (const { id } of parcels) await commerce.orders.deliver({ actor: staff, fulfilmentId: id })

for (const { text, trackingNumber } of await commerce.orders.timeline({ actor: ada, orderId: order.id }))
  console.log(`- ${text} ${trackingNumber ?? ''}`.trimEnd())
// #endregion ship

// #region stock
await commerce.inventory.adjust({ sku: 'KETTLE-WHITE', by: 5, reason: 'received', note: 'delivery 4711' })
const [level] = await commerce.inventory.levels({ skus: ['KETTLE-WHITE'] })
console.log(`white kettles: ${level?.onHand} on hand, ${level?.reserved} reserved`)
// #endregion stock

// #region worker
await commerce.worker.runOnce()
console.log(`told the warehouse: ${seen.join(', ')}`)
// #endregion worker

// #region audit
const audit = await commerce.audit()
console.log(`violations: ${audit.violations}`)
// #endregion audit

// #region close
await commerce.close()
// #endregion close
