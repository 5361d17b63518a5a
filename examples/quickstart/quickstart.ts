// #region shop
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({ storage: sqliteStorage({ file: 'shop.db' }), currency: 'USD', payments: [fakePayments()] })
// #endregion shop

// #region products
await commerce.catalog.upsertMany({
  products: [
    {
      handle: 'trail-running-shoes',
      title: 'Trail running shoes',
      options: ['Size'],
      variants: [
        { sku: 'TRAIL-42', options: { Size: '42' }, prices: [{ currency: 'USD', amountMinor: 11900 }], stock: [{ quantity: 8 }] },
        { sku: 'TRAIL-43', options: { Size: '43' }, prices: [{ currency: 'USD', amountMinor: 11900 }], stock: [{ quantity: 5 }] },
      ],
    },
  ],
})
// #endregion products

// #region search
const { items } = await commerce.search.query({ text: 'runing shoes' }) // the typo is forgiven
const [hit] = items
if (hit === undefined) throw new Error('no shoes')
console.log(`found: ${hit.title} (${hit.sku})`)
// #endregion search

// #region cart
const { cart, guestToken } = await commerce.carts.create()
if (guestToken === undefined) throw new Error('a cart made without an actor belongs to a guest')
const actor = { type: 'guest', token: guestToken } as const
await commerce.carts.addLine({ actor, cartId: cart.id, sku: hit.sku, quantity: 2 })
// #endregion cart

// #region quote
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
console.log(`total: ${quote.total.amountMinor} ${quote.total.currency}`)
// #endregion quote

// #region place
const placed = await commerce.checkout.place({
  actor,
  cartId: cart.id,
  expectedTotal: quote.total,
  payment: { provider: 'fake', method: 'card_ok' },
  idempotencyKey: `checkout-of-${cart.id}`,
})
console.log(`order ${placed.order.number}: ${placed.outcome}`)
// #endregion place

// #region close
await commerce.worker.runOnce() // in a real shop: worker.start(), here or in another process
await commerce.close()
// #endregion close
