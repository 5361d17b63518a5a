import type { CustomerId, WishListId } from '../ids.ts'
import type { WishList, WishListSummary } from './wish-list.ts'

/** A list, by its owner: somebody else's and a missing one look the same. */
export interface OwnWishList {
  readonly customerId: CustomerId
  readonly wishListId: WishListId
}

export interface WishListReader {
  /** A customer's lists, oldest first. */
  list(params: { readonly customerId: CustomerId }): Promise<readonly WishListSummary[]>
  find(params: OwnWishList): Promise<WishList | undefined>
  /** The list that is shared by a token with this hash. */
  findShared(params: { readonly tokenHash: string }): Promise<WishList | undefined>
}

/**
 * Persistence of wish lists. Changes of one customer's lists run one after the other: each takes the customer's lock, as `CustomerStore.lock` does, and is written at the
 * transaction's time. `CustomerStore.erase` deletes them all.
 */
export interface WishListStore extends WishListReader {
  /**
   * Makes an empty list that nobody else can read.
   *
   * @returns `full` when the customer has `maxWishLists` already, `missing` when there is no such customer. Nothing was written then.
   */
  insert(params: OwnWishList & { readonly name: string }): Promise<'inserted' | 'full' | 'missing'>
  /** @returns false when the customer has no such list. */
  rename(params: OwnWishList & { readonly name: string }): Promise<boolean>
  /** Deletes a list with all that is on it; its token leads nowhere any more. @returns false when the customer has no such list. */
  delete(params: OwnWishList): Promise<boolean>
  /**
   * Puts an existing SKU on a list. One that is on it keeps its place.
   *
   * @param params - `note`: null for none; undefined leaves the one there.
   * @returns `full` when the SKU is not on it and `maxWishListItems` others are, `missing` when the customer has no such list. Nothing was written then.
   */
  putItem(params: OwnWishList & { readonly sku: string; readonly note?: string | null }): Promise<'added' | 'there' | 'full' | 'missing'>
  /** Takes SKUs off a list; those that are not on it do not matter. @returns false when the customer has no such list. */
  removeItems(params: OwnWishList & { readonly skus: readonly string[] }): Promise<boolean>
  /**
   * Lets whoever has a token read a list, in place of any token before.
   *
   * @param params - `sharing`: null ends it.
   * @returns false when the customer has no such list.
   */
  share(params: OwnWishList & { readonly sharing: { readonly tokenHash: string; readonly notes: boolean } | null }): Promise<boolean>
}
