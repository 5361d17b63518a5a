import type { Page } from '../catalog/catalog-store.ts'
import type { CartId, CustomerId, OrderId, PromotionId } from '../ids.ts'
import type { Promotion, PromotionStatus, Voucher } from './promotion.ts'
import type { OfferedPromotion } from './promotion-rules.ts'

export interface PromotionListQuery {
  readonly status?: PromotionStatus
  /** 1 to 100; newest first. */
  readonly limit: number
  readonly after?: string
}

export interface VoucherListQuery {
  readonly promotionId: PromotionId
  /** 1 to 100; by code. */
  readonly limit: number
  readonly after?: string
}

/** What the promotions of one cart are decided by. */
export interface OffersQuery {
  readonly cartId: CartId
  /** Codes in the cart, by `codeKey`. */
  readonly codeKeys: readonly string[]
  readonly skus: readonly string[]
  readonly customerId: CustomerId | null
}

export interface Offers {
  /** The automatic promotions that are active and not over, and those that a code leads to. What the cart's own pending order uses is not counted: an order that is placed takes its place. */
  readonly offers: readonly OfferedPromotion[]
  /** Paths of the categories that each SKU's product is in. */
  readonly categories: ReadonlyMap<string, readonly (readonly string[])[]>
  /** Orders of the customer's that use a promotion now, by its id; those of this cart apart. Empty for a guest. */
  readonly used: ReadonlyMap<string, number>
  /** Whether the customer has an order of another cart that is neither cancelled nor expired. False for a guest. */
  readonly hasOrdered: boolean
}

export interface PromotionReader {
  find(params: { readonly promotionId: PromotionId }): Promise<Promotion | undefined>
  /** Keyset on the id, newest first. */
  list(query: PromotionListQuery): Promise<Page<Promotion>>
  /** A code with its promotion, whatever the state of both. */
  findVoucher(params: { readonly codeKey: string }): Promise<{ readonly voucher: Voucher; readonly promotion: Promotion } | undefined>
  /** Keyset on the code. */
  vouchers(query: VoucherListQuery): Promise<Page<Voucher>>
  /** What a quote needs, in one round trip. */
  offers(query: OffersQuery): Promise<Offers>
}

/** One promotion that an order uses. */
export interface PromotionUse {
  readonly promotionId: PromotionId
  /** Of the quote that it was applied in. */
  readonly version: number
  readonly codeKey: string | null
  /** How often one customer may use it; null for no limit. */
  readonly perCustomer: number | null
  readonly firstOrder: boolean
}

export interface RedeemParams {
  readonly orderId: OrderId
  readonly cartId: CartId
  /** By whom, as `customerKey` says; null for a guest without an address of mail, whose uses are counted in all only. */
  readonly customerKey: string | null
  readonly customerId: CustomerId | null
  /** In small letters; to know a guest's other orders by. */
  readonly emailKey: string | null
  /** Each promotion once. */
  readonly uses: readonly PromotionUse[]
}

export type RedeemResult =
  | { readonly outcome: 'redeemed' }
  | {
      readonly outcome: 'refused'
      readonly promotionId: PromotionId
      /** `changed`: the promotion is not that of the quote any more, or the code was ended. */
      readonly reason: 'changed' | 'used_up' | 'used_up_by_customer' | 'first_order'
    }

/** Persistence of promotions, vouchers and their redemptions. */
export interface PromotionStore extends PromotionReader {
  insert(promotion: Promotion): Promise<void>
  /** Like `find`, taking the promotion's lock until the transaction ends: nobody uses or changes it meanwhile. */
  lock(params: { readonly promotionId: PromotionId }): Promise<Promotion | undefined>
  /** How often the customer who has used the promotion most uses it now; the caller has its lock. */
  mostUsedByOne(params: { readonly promotionId: PromotionId }): Promise<number>
  /**
   * Saves all but `used` if the stored version is still `expectedVersion`.
   *
   * @throws CONSTRAINT_VIOLATION for a limit below what is used
   */
  save(params: { readonly promotion: Promotion; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
  /** Marks that automatic promotions are others than before: every quote made before is stale, once the transaction commits. @param active - by how many there are more. */
  automaticChanged(params: { readonly active: 1 | 0 | -1 }): Promise<void>
  /** Writes new codes: all whose key is free. @returns the keys of those written. */
  insertVouchers(params: { readonly vouchers: readonly Voucher[] }): Promise<ReadonlySet<string>>
  /** Ends a code. @returns false when it is not there or has ended before. */
  endVoucher(params: { readonly codeKey: string }): Promise<boolean>
  /**
   * Counts an order's uses of promotions and codes, each by one, if all limits allow it.
   *
   * **Contract for implementers**
   * - Check and count are indivisible: of 64 at once that want a code that may be used once, one is `redeemed`; so with the limit of one customer, also at the
   *   first use, when there is no row yet.
   * - Locks are taken in the order of the promotions' ids, whatever the order of `uses`.
   * - After `refused` the caller gives the transaction up: some uses may have been counted.
   */
  redeem(params: RedeemParams): Promise<RedeemResult>
  /** Locks the promotions that orders have uses of, in the order of their ids, until the transaction ends: for who releases several, one after the other. */
  lockUsed(params: { readonly orderIds: readonly OrderId[] }): Promise<void>
  /** Takes an order's uses back; its limits have room again. Does nothing when there are none, or when they were taken back before. */
  release(params: { readonly orderId: OrderId }): Promise<void>
  /**
   * Counts the uses of orders as another customer's from now on, since the orders have become that one's. What is beyond a limit of theirs stays counted where it was: no count
   * goes past a limit. The transaction holds the orders' locks.
   *
   * @param customerKey - as `customerKey` says.
   */
  handOver(params: { readonly orderIds: readonly OrderId[]; readonly customerKey: string }): Promise<void>
  /**
   * Counts again the uses of an order that were released, whatever has become of its promotions but for their limits.
   *
   * @returns false when a limit has no room any more: nothing was counted then.
   */
  reclaim(params: { readonly orderId: OrderId }): Promise<boolean>
}
