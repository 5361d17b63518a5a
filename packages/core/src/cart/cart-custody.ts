import type { Cart } from './cart.ts'

/**
 * Who may write a cart that is kept in two places. The database raises these numbers, nobody else, and each raise takes the cart out of the hands of whoever held
 * it before.
 */
export interface CartCustody {
  /** Grows when the database takes a lent cart back, because it was changed there. */
  readonly term: number
  /** Grows each time the cart is lent to the live store; 0 while the database has it. */
  readonly loan: number
}

/** A cart and the custody it was written under. */
export interface CartCopy {
  readonly cart: Cart
  readonly custody: CartCustody
}

/** Of a cart that starts its life in the live store, before the database has heard of it. */
export const bornLent: CartCustody = { term: 0, loan: 1 }

/** Of a cart that starts its life in the database. */
export const bornAtHome: CartCustody = { term: 0, loan: 0 }

/** What the database writes the cart under when it takes it back from the holder of `custody`. */
export function takenBack({ term }: CartCustody): CartCustody {
  return { term: term + 1, loan: 0 }
}

/** Whether a copy no longer counts for good: the cart was closed in the database, or taken back by it. */
export function isOutlived(copy: CartCopy, stored: CartCopy): boolean {
  return stored.cart.status !== 'active' || copy.custody.term < stored.custody.term
}

/**
 * Whether the live store's copy is the cart as it is now, given what the database has. It is not when it is outlived, nor when the live store has lost changes
 * that the database has seen.
 *
 * @param stored - undefined while the database has not heard of the cart
 */
export function isCurrent(copy: CartCopy, stored: CartCopy | undefined): boolean {
  if (stored === undefined) return true
  if (isOutlived(copy, stored)) return false
  return copy.custody.term > stored.custody.term || copy.cart.version >= stored.cart.version
}

/** Whether changes of the copy would reach the database: it is current, and the cart was not lent to anybody since. */
export function isChangeable(copy: CartCopy, stored: CartCopy | undefined): boolean {
  if (stored === undefined) return true
  return isCurrent(copy, stored) && (copy.custody.term > stored.custody.term || copy.custody.loan >= stored.custody.loan)
}

/** From when on changes of a stored cart may be missing, because it was lent and its live copy is out of reach or lost; null when none can be. */
export function staleSince({ cart, custody }: CartCopy): Date | null {
  return custody.loan > 0 && cart.status === 'active' ? cart.updatedAt : null
}
