import type { CustomerId, WishListId } from '../ids.ts'

/** What a customer would like to have, under a name of their own. */
export interface WishList {
  readonly id: WishListId
  readonly customerId: CustomerId
  readonly name: string
  /** By whom it can be read besides its owner; null for nobody. */
  readonly shared: WishListSharing | null
  /** In the order they were added; each SKU once. */
  readonly items: readonly WishListItem[]
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Whoever has the token of a shared list can read it. The token itself is known to nobody but those who were given it. */
export interface WishListSharing {
  readonly since: Date
  /** Whether the owner's notes are shown too. */
  readonly notes: boolean
}

export interface WishListItem {
  readonly sku: string
  /** The owner's own words; null for none. */
  readonly note: string | null
  readonly addedAt: Date
}

/** A list without what is on it. */
export interface WishListSummary extends Omit<WishList, 'items'> {
  /** How many SKUs are on it. */
  readonly items: number
}

/** Lists that one customer may have. A constraint of the database says the same. */
export const maxWishLists = 20

/** SKUs that may be on one list. A constraint of the database says the same. */
export const maxWishListItems = 200
