import type { OwnerFilter } from '../actor.ts'
import type { CartId, OrderId } from '../ids.ts'
import type { Cart } from './cart.ts'

export interface CartReader {
  /** The cart, if the owner filter lets this caller see it. */
  find(params: { readonly cartId: CartId; readonly owner: OwnerFilter }): Promise<Cart | undefined>
}

/** Persistence of carts. May live outside the shop's database (a Redis one will), so nothing here joins another store. */
export interface CartStore extends CartReader {
  insert(cart: Cart): Promise<void>
  /**
   * Replaces the cart's state if its stored version is still `expectedVersion`: one compare-and-set.
   *
   * @returns `stale` when somebody changed it first or it is gone; nothing was written then.
   */
  save(params: { readonly cart: Cart; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
  /**
   * Binds one version of an active cart to a checkout; several checkouts may follow one another. Takes the cart's lock until the transaction ends, so
   * that two checkouts of one cart run one after the other.
   *
   * @returns `stale` when the version is not the stored one, `closed` when the cart is no longer active.
   */
  freeze(params: { readonly cartId: CartId; readonly version: number; readonly orderId: OrderId }): Promise<'frozen' | 'stale' | 'closed'>
  /** Marks the cart ordered. Does nothing to a cart that already is. */
  complete(params: { readonly cartId: CartId }): Promise<void>
  /** Marks active carts past their expiry as expired. @returns how many. */
  expireDue(params: { readonly limit: number }): Promise<number>
}
