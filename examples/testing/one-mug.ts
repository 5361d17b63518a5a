import type { Commerce } from '@cartwright/core'

const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const actor = { type: 'customer', customerId: 'ada' } as const

/** Puts ten mugs on sale. */
export async function stockMugs(commerce: Commerce): Promise<void> {
  const prices = [{ currency: 'USD', amountMinor: 1250 }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices, stock: [{ quantity: 10 }] }] }] })
}

/** A customer's cart with one mug in it, and what it costs. */
export async function cartOfOneMug(commerce: Commerce) {
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  const { total } = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  return { actor, cartId: cart.id, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'the-mug' }
}
