import { isCommerceError, type Money } from '@cartwright/core'
import type { Retrier } from '../retrier.ts'
import type { Racer } from './racer-context.ts'

export const address = { name: 'Ada Buyer', line1: '1 Main Street', city: 'Springfield', region: 'NY', postalCode: '12345', country: 'US' }

/** What a call came to in the end, as plain data. */
export interface Answer {
  /** Of the caller, e.g. `buyer-7`. */
  readonly who: string
  /** The placement's outcome, or the code of the error that ended it. */
  readonly outcome: string
  readonly orderId: string | null
  /** What an unexpected error said. */
  readonly message: string | null
}

/** A cart that is ready to be placed. */
export interface ReadyCart {
  readonly customerId: string
  readonly cartId: string
  readonly total: Money
}

export function customer(customerId: string) {
  return { type: 'customer', customerId } as const
}

/** Units by SKU, in the order in which they are put into the cart. */
export type Goods = Readonly<Record<string, number>>

/** Makes a cart and a quote for it. */
export async function readyCart({ commerce, retrier }: Pick<Racer, 'commerce' | 'retrier'>, customerId: string, goods: Goods): Promise<ReadyCart> {
  const actor = customer(customerId)
  const { cart } = await retrier.run(() => commerce.carts.create({ actor, currency: 'USD' }))
  for (const [sku, quantity] of Object.entries(goods)) await retrier.run(() => commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity }))
  const quote = await retrier.run(() => commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' }))
  return { customerId, cartId: cart.id, total: quote.total }
}

/** How a ready cart is to be paid, and under which key. */
export interface Placing {
  readonly method: string
  readonly capture?: 'automatic' | 'manual'
  readonly idempotencyKey: string
  readonly email?: string
}

/** Places a cart until it is decided. */
export async function placeCart(
  racer: { readonly commerce: Racer['commerce']; readonly retrier: Pick<Retrier, 'run'> },
  who: string,
  cart: ReadyCart,
  placing: Placing,
): Promise<Answer> {
  const { method, capture = 'automatic', ...rest } = placing
  const payment = { provider: 'fake', method, capture }
  const order = { actor: customer(cart.customerId), cartId: cart.cartId, expectedTotal: cart.total, payment, ...rest }
  return answered(who, () => racer.retrier.run(() => racer.commerce.checkout.place(order)))
}

/** Turns what a call throws into an answer too. */
export async function answered(who: string, call: () => Promise<{ readonly outcome: string; readonly order: { readonly id: string } }>): Promise<Answer> {
  try {
    const { outcome, order } = await call()
    return { who, outcome, orderId: order.id, message: null }
  } catch (error) {
    if (isCommerceError(error)) return { who, outcome: error.code, orderId: null, message: error.message }
    return { who, outcome: 'UNEXPECTED', orderId: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
