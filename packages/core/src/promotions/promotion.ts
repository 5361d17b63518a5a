import { hash } from 'node:crypto'
import { emailKey } from '../customers/customer.ts'
import type { CustomerId, ProductId, PromotionId } from '../ids.ts'
import type { Currency } from '../money/money.ts'

/** `ended` is for good. */
export type PromotionStatus = 'active' | 'ended'

/** Minor units by currency. What is not named has no amount: the promotion is not for carts in it. */
export type AmountByCurrency = Readonly<Record<Currency, number>>

/** Lines that have one of the SKUs, one of the products, or a product in one of the categories or below it. */
export interface ItemFilter {
  readonly skus?: readonly string[] | undefined
  readonly productIds?: readonly ProductId[] | undefined
  /** Paths of names from the root, e.g. `['Kitchen', 'Coffee machines']`. */
  readonly categories?: readonly (readonly string[])[] | undefined
}

/** What a promotion takes off. Shares are in basis points: 1000 is 10%, 10000 is all of it. */
export type PromotionEffect =
  /** A share of what its items cost. */
  | { readonly type: 'percentage'; readonly basisPoints: number }
  /** An amount: once for all its items together, or for each unit. */
  | { readonly type: 'fixed'; readonly amounts: AmountByCurrency; readonly per: 'order' | 'unit' }
  /** A share of the shipping; all of it is the rule. `methods` are those it is for; null for any. */
  | { readonly type: 'free_shipping'; readonly basisPoints: number; readonly methods: readonly string[] | null }
  /**
   * For each `buy` units of its items, `get` units more have a share taken off, all of it when they are free: the cheapest there are of `getItems`, or, when that is
   * null, of its items. A unit counts once. `times` is how often at most; null for as often as there are units.
   */
  | {
      readonly type: 'buy_get'
      readonly buy: number
      readonly get: number
      readonly getItems: ItemFilter | null
      readonly basisPoints: number
      readonly times: number | null
    }
  /** A share that grows with the units of its items: that of the highest tier that is reached. */
  | { readonly type: 'quantity_tiers'; readonly tiers: readonly { readonly from: number; readonly basisPoints: number }[] }
  /** The same by what its items cost before any discount. */
  | { readonly type: 'subtotal_tiers'; readonly tiers: readonly { readonly from: AmountByCurrency; readonly basisPoints: number }[] }

/** What must hold for a promotion to apply. Amounts and units are those of its items, before any discount. */
export interface PromotionConditions {
  readonly minimumSubtotal: AmountByCurrency | null
  /** Units. */
  readonly minimumQuantity: number | null
  /** Names of groups, one of which the customer must be in; null for everybody. */
  readonly groups: readonly string[] | null
  /** Only for who has no other order that is neither cancelled nor expired. Includes a limit of one per customer. */
  readonly firstOrder: boolean
}

/**
 * How promotions stand together. They are tried one after the other, the highest `priority` first, of equal ones the older one; each takes from what those before it
 * have left. One that takes nothing does not count.
 */
export interface PromotionStacking {
  readonly priority: number
  /** Applies alone or not at all. */
  readonly exclusive: boolean
  /** Of the promotions of one group, one applies; null for none. */
  readonly group: string | null
  /** Groups beside which it may apply; null for any, and for those without a group. Both must let each other. */
  readonly combinesWith: readonly string[] | null
}

/** How often a promotion may be used; null for no limit. Orders that are cancelled or expire do not count. */
export interface PromotionLimits {
  readonly total: number | null
  /** By account; guests by the address of mail on their order, whatever its capitals. */
  readonly perCustomer: number | null
}

/** A rule by which carts cost less. */
export interface Promotion {
  readonly id: PromotionId
  /** What buyers are shown. */
  readonly name: string
  /** True for one that applies by itself; false for one that needs the code of a voucher. For good. */
  readonly automatic: boolean
  readonly status: PromotionStatus
  readonly effect: PromotionEffect
  /** The lines that it is for; null for all. */
  readonly items: ItemFilter | null
  /** Lines that it is not for, whatever `items` says; null for none. */
  readonly except: ItemFilter | null
  readonly conditions: PromotionConditions
  readonly stacking: PromotionStacking
  readonly limits: PromotionLimits
  /** Orders that use it now. An automatic one without limits is not counted, and says 0. */
  readonly used: number
  /** From when on; null for at once. */
  readonly startsAt: Date | null
  /** Until when, that moment excluded; null for ever. */
  readonly endsAt: Date | null
  /** Grows by one with each change; being used is none. */
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A code that lets buyers have a promotion. */
export interface Voucher {
  /** As it was written; unique in the shop but for capitals. */
  readonly code: string
  readonly promotionId: PromotionId
  /** How often this code may be used; null for as often as the promotion. */
  readonly limit: number | null
  /** Orders that use it now. */
  readonly used: number
  /** When staff ended it; null while it is good. */
  readonly endedAt: Date | null
  readonly createdAt: Date
}

/** Why a promotion did not apply. */
export type SkipReason =
  /** The code is no longer one of the shop's. */
  | 'unknown'
  | 'not_started'
  | 'ended'
  /** As often as it may be, in all. */
  | 'used_up'
  | 'used_up_by_customer'
  /** Only for customers who are signed in: it looks at who buys, and nothing is known of a guest. */
  | 'sign_in'
  | 'customer_group'
  | 'first_order'
  | 'currency'
  | 'shipping_method'
  /** No line is one that it is for. */
  | 'no_items'
  | 'minimum_quantity'
  | 'minimum_subtotal'
  /** Another one applies beside which it may not stand. */
  | 'not_combinable'
  /** There was nothing left to take off. */
  | 'nothing_to_discount'

/** What a promotion took off one line. */
export interface LineDiscount {
  readonly sku: string
  readonly discountMinor: number
  /** Why nothing: the promotion is not for this line, others had taken all of it, or other units were cheaper. Null where something was taken. */
  readonly reason: 'not_included' | 'nothing_left' | 'not_chosen' | null
}

/** A promotion that makes a quote cheaper. Orders keep it word for word. */
export interface AppliedPromotion {
  readonly promotionId: PromotionId
  readonly version: number
  readonly name: string
  /** The voucher's code; null for an automatic one. */
  readonly code: string | null
  /** Off the lines, in minor units. */
  readonly discountMinor: number
  /** Off the shipping, in minor units. */
  readonly shippingDiscountMinor: number
  /** One for each line of the cart, in its order; none when it is about shipping. */
  readonly lines: readonly LineDiscount[]
  /** Whether its use is counted. */
  readonly counted: boolean
  /** How often one customer may use it; null for no limit. */
  readonly perCustomer: number | null
  readonly firstOrder: boolean
}

/** A promotion that was looked at and did not apply: one that is automatic, or whose code is in the cart. */
export interface SkippedPromotion {
  /** Null for a code that leads to none. */
  readonly promotionId: PromotionId | null
  readonly name: string | null
  readonly code: string | null
  readonly reason: SkipReason
}

/** What became of the promotions for a cart. */
export interface QuotePromotions {
  readonly applied: readonly AppliedPromotion[]
  readonly notApplied: readonly SkippedPromotion[]
}

/** Codes that one cart may hold. */
export const maxVouchersPerCart = 10

/** By which two ways to write one code are known to be the same. */
export function codeKey(code: string): string {
  return code.toUpperCase()
}

/**
 * Under which name uses are counted for one customer: the account, else the address of mail on a guest's order, hashed. Null for a guest who gave none.
 */
export function customerKey({ customerId, email }: { readonly customerId: CustomerId | null; readonly email: string | null }): string | null {
  if (customerId !== null) return accountKey(customerId)
  return email === null ? null : `email:${hash('sha256', emailKey(email))}`
}

/** The same for an account. */
export function accountKey(customerId: CustomerId): string {
  return `customer:${customerId}`
}

/** True for a promotion whose uses are counted: by a limit, or because of its code. */
export function isCounted({ automatic, limits, conditions }: Pick<Promotion, 'automatic' | 'limits' | 'conditions'>): boolean {
  return !automatic || limits.total !== null || limits.perCustomer !== null || conditions.firstOrder
}
