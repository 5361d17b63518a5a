import { type Goods, pricedLine } from '../cart/cart-view.ts'
import type { LineProblem } from '../errors.ts'
import type { Currency } from '../money/money.ts'
import type { WishList, WishListItem } from './wish-list.ts'

/** A wish as whoever looks at it could buy one unit of it now. */
export interface WishView extends WishListItem {
  readonly title: string
  /** The readable part of the product's URL. */
  readonly handle: string | null
  readonly options: Readonly<Record<string, string>>
  readonly imageUrl: string | null
  /** Null while it is not on sale, or not in this currency. */
  readonly unitMinor: number | null
  /** The code of the price list that says so; null for the variant's own price. */
  readonly priceList: string | null
  /** The variant's own price, to be shown beside that of a list. */
  readonly regularMinor: number | null
  /** Whether one can be had now: it is on sale, and so is all that a bundle is made of, and nothing is short. */
  readonly inStock: boolean
  /** Why it cannot be had now: `unavailable`, or `insufficient` stock. */
  readonly problems: readonly LineProblem[]
}

/** A list as its owner reads it. */
export interface WishListView extends Omit<WishList, 'items'> {
  readonly currency: Currency
  readonly items: readonly WishView[]
}

/** A list as anybody reads it who was given its token: nothing in it says whose it is. */
export interface SharedWishListView {
  readonly name: string
  readonly currency: Currency
  /** `note` is null unless the owner shares notes. */
  readonly items: readonly WishView[]
}

/** A wish, priced. Each is looked at by itself: what another one would take is not gone yet. */
export function viewWish(item: WishListItem, { sellables, units }: Goods, now: Date): WishView {
  const sellable = sellables.get(item.sku)
  const line = { sku: item.sku, quantity: 1, seenUnitMinor: null }
  const { title, options, imageUrl, unitMinor, priceList, regularMinor, problems } = pricedLine(line, sellable, new Map(units), now)
  return { ...item, title, handle: sellable?.handle ?? null, options, imageUrl, unitMinor, priceList, regularMinor, inStock: problems.length === 0, problems }
}

export function viewWishList(list: WishList, currency: Currency, goods: Goods, now: Date): WishListView {
  return { ...list, currency, items: list.items.map((item) => viewWish(item, goods, now)) }
}

export function viewSharedWishList({ name, shared, items }: WishList, currency: Currency, goods: Goods, now: Date): SharedWishListView {
  const shown = items.map((item) => (shared?.notes === true ? item : { ...item, note: null }))
  return { name, currency, items: shown.map((item) => viewWish(item, goods, now)) }
}
