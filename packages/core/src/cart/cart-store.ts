import type { OwnerFilter } from '../actor.ts'
import type { CartId, OrderId, ReservationId } from '../ids.ts'
import type { Cart } from './cart.ts'
import type { CartCopy } from './cart-custody.ts'
import type { CartHold } from './cart-hold.ts'

export interface CartReader {
  /** The cart, if the owner filter lets this caller see it. */
  find(params: { readonly cartId: CartId; readonly owner: OwnerFilter }): Promise<Cart | undefined>
  /** The same with its custody, for a shop whose active carts live in a `LiveCartStore`. */
  findCopy(params: { readonly cartId: CartId; readonly owner: OwnerFilter }): Promise<CartCopy | undefined>
  /** The hold of a cart that has not ended, whoever asks. */
  holdOf(params: { readonly cartId: CartId }): Promise<CartHold | undefined>
}

/** Carts in the database: all of them, or, behind a `LiveCartStore`, their copies. Nothing here joins another store. */
export interface CartStore extends CartReader {
  insert(cart: Cart): Promise<void>
  /**
   * Replaces the cart's state if its stored version is still `expectedVersion`: one compare-and-set. A cart that was lent is thereby taken back: its term
   * grows, and no copy of an earlier term is kept any more.
   *
   * @returns `stale` when somebody changed it first or it is gone; nothing was written then.
   */
  save(params: { readonly cart: Cart; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
  /**
   * Writes carts that were changed in a live store, under their custody: all that are new here, and of the others those whose stored cart is active, of a lower
   * version, and of no later custody. Safe to repeat and to race: only newer versions win.
   *
   * @param copies - each cart once.
   * @returns the ids of those written.
   */
  keep(params: { readonly copies: readonly CartCopy[] }): Promise<ReadonlySet<CartId>>
  /**
   * Lends an active cart to the live store: under a new loan, so that copies of earlier ones are no longer kept.
   *
   * @returns the cart with its new custody; undefined when it is not there for this owner, or not active.
   */
  lend(params: { readonly cartId: CartId; readonly owner: OwnerFilter }): Promise<CartCopy | undefined>
  /**
   * Takes a lent cart back as it is, if the stored one is still of this version and custody: its term grows, and no copy of before is kept any more.
   *
   * @returns false when it was changed, lent or taken back meanwhile; nothing was written then.
   */
  recall(copy: CartCopy): Promise<boolean>
  /**
   * The carts of these ids that there are, with their locks until the transaction ends: in one order whoever asks, so that two who want the same carts do not lock
   * each other out. None is lent, changed or frozen by others meanwhile.
   */
  lock(params: { readonly cartIds: readonly CartId[] }): Promise<readonly CartCopy[]>
  /**
   * Binds one version of an active cart to a checkout; several checkouts may follow one another. Takes the cart's lock until the transaction ends, so
   * that two checkouts of one cart run one after the other.
   *
   * @returns `stale` when the version is not the stored one, `closed` when the cart is no longer active; frozen with its hold when it has had one, which may have ended.
   */
  freeze(params: {
    readonly cartId: CartId
    readonly version: number
    readonly orderId: OrderId
  }): Promise<'frozen' | 'stale' | 'closed' | { readonly hold: ReservationId }>
  /** Marks the cart ordered. Does nothing to a cart that already is. */
  complete(params: { readonly cartId: CartId }): Promise<void>
  /**
   * The holds of one owner's carts that have not ended. Who asks next for this owner waits until the transaction ends, so that limits are counted one after the other.
   *
   * @param owner - see `holdOwner`
   */
  lockHolds(params: { readonly owner: string }): Promise<readonly CartHold[]>
  /** Notes which reservation holds a cart's units, instead of the one before. */
  putHold(params: { readonly cartId: CartId; readonly owner: string; readonly reservationId: ReservationId; readonly since: Date }): Promise<void>
  /** Forgets the holds of a cart, or all of an owner. @returns their reservations, which are the caller's to end */
  dropHolds(of: { readonly cartId: CartId } | { readonly owner: string }): Promise<readonly ReservationId[]>
  /** Forgets holds whose reservation has ended. @returns how many */
  pruneHolds(): Promise<number>
  /** Marks active carts past their expiry as expired. @returns how many. */
  expireDue(params: { readonly limit: number }): Promise<number>
}
