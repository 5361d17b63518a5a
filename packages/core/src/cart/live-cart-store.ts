import type { OwnerFilter } from '../actor.ts'
import type { CartId, QuoteId } from '../ids.ts'
import type { Diagnosis } from '../storage/storage.ts'
import type { CartCopy } from './cart-custody.ts'

/** A cart that changed since it was last copied, as it is now, and what tells the store that it was. */
export interface ChangedCart extends CartCopy {
  /** For `copied`. */
  readonly receipt: unknown
}

/**
 * Active carts kept outside the database, so that changing one writes nothing there. The database has each of them too, a little later, and decides every
 * checkout; what is here may be lost at any time.
 *
 * **Contract for implementers**
 * - Every verb is one indivisible step on one cart, and rejects within a short deadline when the store is down, slow or hanging. After a rejection the step
 *   may or may not have been taken.
 * - What `find` gives after a `put` or `save` of this or another process has answered is what that one wrote, or newer, unless the store has lost writes.
 * - Each `put` and `save` is remembered until `copied` says that the database has it, whatever dies meanwhile but the store itself.
 * - A cart goes by itself some time after its `expiresAt`, and not before.
 */
export interface LiveCartStore {
  /** How often this process copies changed carts to the database, in ms; null leaves that to the worker's job `carts`. */
  readonly copyEveryMs: number | null
  /** The cart, if it is here and the owner filter lets this caller see it. */
  find(params: { readonly cartId: CartId; readonly owner: OwnerFilter }): Promise<CartCopy | undefined>
  /**
   * Brings in a cart that is new or was lent by the database.
   *
   * @returns `there` when a copy of the same or a later custody is here already: nothing was changed. So too when one of an earlier loan of the same term is at
   * this version or a later one, which then goes on under the custody given: it has changes that the database had not heard of.
   */
  put(copy: CartCopy): Promise<'put' | 'there'>
  /**
   * Replaces the cart's state, if the copy here is of this custody and version `expectedVersion`: one compare-and-set.
   *
   * @returns `stale` when it is another one, or gone; nothing was written then.
   */
  save(params: { readonly copy: CartCopy; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
  /**
   * Binds one version of the cart to a checkout: one compare-and-set. Changes after it make new versions, and several checkouts may follow one another.
   *
   * @returns `stale` when a later version is here; `absent` when the cart, or that version, is not: the database decides alone then.
   */
  freeze(params: { readonly cartId: CartId; readonly version: number; readonly checkoutId: QuoteId }): Promise<'frozen' | 'stale' | 'absent'>
  /** Lets go of a cart. @param seen - only if the copy here is still this one. */
  drop(params: { readonly cartId: CartId; readonly seen?: CartCopy }): Promise<void>
  /**
   * Takes carts that wait to be copied, each once. Several processes may take at once and share them out; what one took and did not report as `copied` within
   * half a second may be given to others, or to it again.
   */
  changed(params: { readonly limit: number }): Promise<readonly ChangedCart[]>
  /** Says that the database has these carts as they were taken, or will not have them. */
  copied(params: { readonly receipts: readonly unknown[] }): Promise<void>
  /**
   * For how long the change that has waited longest to be copied has done so, in ms by the store's own clock; 0 when none waits. Takes none: one that was taken waits until it
   * is reported as `copied`.
   */
  oldestWaitMs(): Promise<number>
  /** Checks reachability, settings, and how long the oldest change has been waiting to be copied. */
  diagnose(): Promise<readonly Diagnosis[]>
  /** Closes what the store opened itself. */
  close(): Promise<void>
}
