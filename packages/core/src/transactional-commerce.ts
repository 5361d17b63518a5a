import { CartService } from './cart/cart-service.ts'
import { LiveCarts } from './cart/live-carts.ts'
import { CatalogService } from './catalog/catalog-service.ts'
import { HostCheckout } from './checkout/host-checkout.ts'
import type { Context } from './context.ts'
import { GiftCardService } from './credit/gift-card-service.ts'
import { StoreCreditService } from './credit/store-credit-service.ts'
import { InventoryService } from './inventory/inventory-service.ts'
import { OrderService } from './orders/order-service.ts'
import { PriceService } from './pricing/price-service.ts'
import { PromotionService } from './promotions/promotion-service.ts'
import { VoucherService } from './promotions/voucher-service.ts'
import { ReturnService } from './returns/return-service.ts'
import { ReviewService } from './reviews/review-service.ts'
import { instrument } from './runtime/telemetry.ts'
import type { Storage } from './storage/storage.ts'
import { WishListService } from './wish-lists/wish-list-service.ts'

const orderMethods = [
  'get',
  'list',
  'history',
  'timeline',
  'fulfilments',
  'planShipments',
  'fulfil',
  'deliver',
  'refund',
  'refundable',
  'refunds',
  'credits',
] as const
const giftCardMethods = ['issue', 'find', 'list', 'entries', 'disable', 'enable', 'adjust'] as const

/**
 * A shop inside a transaction of the host: everything that is a transaction itself. What asks a payment provider, a tax or shipping port or a search index is
 * not in it, nor is the worker.
 *
 * - A refusal undoes what its call has done and leaves the host's transaction as it was; the host may go on, and commit.
 * - Calls run one after the other. The host sends no statement of its own while one runs: a refusal would undo that too.
 * - Nothing is run again by itself. `CONFLICT` may mean that the host's transaction must be run again as a whole.
 * - Events are delivered, and search sees changes, once the host has committed.
 */
export interface TransactionalCommerce {
  readonly catalog: CatalogService
  readonly inventory: InventoryService
  readonly carts: CartService
  readonly prices: PriceService
  readonly checkout: HostCheckout
  /** Without `cancel`, which ends the payment at its provider first. What `refund` books here is sent by the worker. */
  readonly orders: Pick<OrderService, (typeof orderMethods)[number]>
  /** What `refund` books here is sent by the worker. */
  readonly returns: ReturnService
  readonly reviews: ReviewService
  readonly promotions: PromotionService
  readonly vouchers: VoucherService
  /** Without what counts attempts, outside of the database. */
  readonly giftCards: Pick<GiftCardService, (typeof giftCardMethods)[number]>
  readonly storeCredit: StoreCreditService
  readonly wishLists: WishListService
}

/** The services of a shop on a storage that stands for the host's transaction. */
export function transactionalCommerce(shop: Context, storage: Storage): TransactionalCommerce {
  const joined = instrument('storage', storage)
  // What is outside of the database has no place in a transaction: the stored carts count.
  const liveCarts = shop.liveCarts && new LiveCarts(undefined, shop.logger)
  const context: Context = { ...shop, storage: joined, stock: shop.stock.within(joined), liveCarts }
  const carts = new CartService(context)
  return {
    catalog: instrument('catalog', new CatalogService(context)),
    inventory: instrument('inventory', new InventoryService(context)),
    carts: instrument('carts', carts),
    prices: instrument('prices', new PriceService(context)),
    checkout: instrument('checkout', new HostCheckout(context)),
    orders: only(instrument('orders', new OrderService(context, { sends: false })), orderMethods),
    returns: instrument('returns', new ReturnService(context, { sends: false })),
    reviews: instrument('reviews', new ReviewService(context)),
    promotions: instrument('promotions', new PromotionService(context)),
    vouchers: instrument('vouchers', new VoucherService(context)),
    giftCards: only(instrument('gift_cards', new GiftCardService(context)), giftCardMethods),
    storeCredit: instrument('store_credit', new StoreCreditService(context)),
    wishLists: instrument('wish_lists', new WishListService(context, carts)),
  }
}

function only<T extends object, Name extends keyof T>(service: T, names: readonly Name[]): Pick<T, Name> {
  return Object.fromEntries(names.map((name) => [name, service[name]])) as Pick<T, Name>
}
