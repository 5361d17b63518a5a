import { type OwnerFilter, owns } from '../actor.ts'
import type { CartId } from '../ids.ts'
import type { Cart } from './cart.ts'
import { type CartCopy, isCurrent, staleSince } from './cart-custody.ts'
import type { CartReader } from './cart-store.ts'
import type { LiveAnswer } from './live-carts.ts'

/** A cart as it is now, as far as can be known. */
export interface FoundCart {
  readonly cart: Cart
  /** @see CartView.staleSince */
  readonly staleSince: Date | null
  /** The live store's copy, when the cart is that. */
  readonly copy: CartCopy | undefined
  /** What the database has; undefined for a cart that it has not heard of, and in a shop without a live store. */
  readonly stored: CartCopy | undefined
}

interface Sought {
  readonly cartId: CartId
  readonly owner: OwnerFilter
  /** What the live store said of it; undefined in a shop without one. */
  readonly live: LiveAnswer | undefined
}

/**
 * Finds a cart in the database, and behind a live store decides which of the two has it as it is now. One statement in either case.
 *
 * @returns undefined when there is none that this caller may see
 */
export async function findCart(carts: CartReader, { cartId, owner, live }: Sought): Promise<FoundCart | undefined> {
  if (live === undefined) {
    const cart = await carts.find({ cartId, owner })
    return cart && { cart, staleSince: null, copy: undefined, stored: undefined }
  }
  if (live.answer !== 'here') {
    const stored = await carts.findCopy({ cartId, owner })
    return stored && { cart: stored.cart, staleSince: staleSince(stored), copy: undefined, stored }
  }
  // The copy has passed the owner filter; what may overrule it counts whoever owns it.
  const stored = await carts.findCopy({ cartId, owner: { type: 'any' } })
  if (stored === undefined || isCurrent(live.copy, stored)) return { cart: live.copy.cart, staleSince: null, copy: live.copy, stored }
  return owns(owner, stored.cart) ? { cart: stored.cart, staleSince: staleSince(stored), copy: undefined, stored } : undefined
}
