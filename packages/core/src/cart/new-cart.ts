import type { Context } from '../context.ts'
import type { CartId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import { addMs } from '../time.ts'
import type { Cart } from './cart.ts'

/** Whose a cart is. */
export type CartOwner = Pick<Cart, 'customerId' | 'guestTokenHash'>

/** An empty cart. Under a new id each time: one that did not seem to reach the live store may be there all the same, and must stay another cart. */
export function newCart({ ids, timing }: Context, { customerId, guestTokenHash }: CartOwner, currency: Currency, now: Date): Cart {
  const expiresAt = addMs(now, timing.cartTtlMs)
  return { id: ids.next<CartId>(), customerId, guestTokenHash, currency, status: 'active', version: 1, lines: [], expiresAt, createdAt: now, updatedAt: now }
}
