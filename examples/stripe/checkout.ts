import type { Commerce } from '@cartwright/core'

const shippingAddress = { name: 'Ada Lovelace', line1: 'Hauptstr. 1', city: 'Berlin', postalCode: '10115', country: 'DE' }

export interface StartedCheckout {
  readonly orderId: string
  readonly orderNumber: string
  /** The guest's key to the order. */
  readonly token: string
  readonly clientSecret: string
  readonly total: { readonly amountMinor: number; readonly currency: string }
}

/** Puts a mug into the cart of a new guest and orders it. What is left to do is to pay, in the page. */
export async function startCheckout(commerce: Commerce): Promise<StartedCheckout> {
  const { cart, guestToken } = await commerce.carts.create()
  if (guestToken === undefined) throw new Error('a cart made without an actor belongs to a guest')
  const actor = { type: 'guest', token: guestToken } as const
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'stripe', method: 'elements' }
  const placed = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: `checkout ${cart.id}` })
  if (placed.outcome !== 'requires_action') throw new Error(`the payment cannot be made in the page: ${placed.outcome}`)
  const { order, action } = placed
  return { orderId: order.id, orderNumber: order.number, token: guestToken, clientSecret: action.value, total: quote.total }
}
