import type { Day } from '../catalog/sale-days.ts'
import type { LineProblem } from '../errors.ts'
import type { CartId, CustomerId } from '../ids.ts'
import type { Currency } from '../money/money.ts'

/** `active` can be changed; `ordered` has become an order; `expired` was left alone too long. */
export type CartStatus = 'active' | 'ordered' | 'expired'

export interface CartLine {
  readonly sku: string
  /** Units, an integer from 1 to the limit. */
  readonly quantity: number
  /** The unit price the buyer saw when the line was last changed; null if there was none. Only compared, never charged. */
  readonly seenUnitMinor: number | null
}

/** A cart as it is stored. */
export interface Cart {
  readonly id: CartId
  readonly customerId: CustomerId | null
  readonly guestTokenHash: string | null
  readonly currency: Currency
  readonly status: CartStatus
  /** Grows by one with each change; checkout freezes one version. */
  readonly version: number
  /** In the order they were added; at most one per SKU. */
  readonly lines: readonly CartLine[]
  /** Codes of vouchers, in the order they were given; left out when there are none. */
  readonly vouchers?: readonly string[]
  readonly expiresAt: Date
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface CartLimits {
  /** Different SKUs in one cart. */
  readonly maxLines: number
  /** Units of one SKU. */
  readonly maxQuantity: number
}

/** A line as the buyer reads it: priced now, with what is wrong with it. */
export interface PricedCartLine {
  readonly sku: string
  readonly quantity: number
  readonly title: string
  readonly options: Readonly<Record<string, string>>
  readonly imageUrl: string | null
  /** Null while the line is unavailable. */
  readonly unitMinor: number | null
  /** The code of the price list that says so; null for the variant's own price. */
  readonly priceList: string | null
  /** The variant's own price, to be shown beside that of a list. */
  readonly regularMinor: number | null
  readonly totalMinor: number | null
  /** Of a preorder: the day from which it is sent. Left out once it has come. */
  readonly availableFrom?: Day
  /** The day from which all of its units can be sent, as things are now; left out when they can be at once, or nobody knows. */
  readonly expectedAt?: Day
  readonly problems: readonly LineProblem[]
}

/** A cart as the buyer reads it. Never holds the token. */
export interface CartView {
  readonly id: CartId
  readonly customerId: CustomerId | null
  readonly currency: Currency
  readonly status: CartStatus
  readonly version: number
  readonly lines: readonly PricedCartLine[]
  /** Codes of vouchers. What they come to, the quote says. */
  readonly vouchers: readonly string[]
  /** Sum of the lines that have a price. */
  readonly subtotalMinor: number
  readonly expiresAt: Date
  /**
   * Set while the shop's live store of carts is out of reach, or has lost this one: the cart is as the database has it, and changes made after this moment may be
   * missing. Null for a cart that is whole.
   */
  readonly staleSince: Date | null
}
