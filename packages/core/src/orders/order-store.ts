import type { OwnerFilter } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { CartId, FulfilmentId, OrderId } from '../ids.ts'
import type { Address } from './address.ts'
import type { Fulfilment, Order, OrderHistoryEntry } from './order.ts'
import type { OrderStatus } from './order-machine.ts'
import type { OrderRefund } from './order-refund.ts'

export type OrderKey = { readonly id: OrderId } | { readonly number: string }

export interface OrderListQuery {
  readonly owner: OwnerFilter
  readonly status?: OrderStatus
  /** 1 to 100; newest first. */
  readonly limit: number
  readonly after?: string
}

export interface OrderReader {
  /** The order, if the owner filter lets this caller see it. */
  find(params: { readonly key: OrderKey; readonly owner: OwnerFilter }): Promise<Order | undefined>
  /** Keyset on (placedAt, id), newest first. */
  list(query: OrderListQuery): Promise<Page<Order>>
  /** The cart's one order that is neither cancelled nor expired. */
  liveForCart(params: { readonly cartId: CartId }): Promise<Order | undefined>
  /** The orders that add to one of these, with whatever status, oldest first. */
  additions(params: { readonly orderIds: readonly OrderId[] }): Promise<readonly Order[]>
  /** Every step, oldest first. */
  history(params: { readonly orderId: OrderId }): Promise<readonly OrderHistoryEntry[]>
  /** Every parcel, oldest first. */
  fulfilments(params: { readonly orderId: OrderId }): Promise<readonly Fulfilment[]>
  /** Every refund that staff decided on, oldest first. */
  refunds(params: { readonly orderId: OrderId }): Promise<readonly OrderRefund[]>
  /** Pending orders whose `expiresAt` has come, oldest first. */
  dueForExpiry(params: { readonly limit: number }): Promise<readonly OrderId[]>
}

/** Persistence of orders. */
export interface OrderStore extends OrderReader {
  /** Like `find` by id for the library itself, taking the order's lock until the transaction ends where the engine has row locks. */
  lock(params: { readonly orderId: OrderId }): Promise<Order | undefined>
  /**
   * Writes a new order with its lines and first history entry.
   *
   * @returns `cart_has_order` when the cart already has a live order (the unique constraint says so), with nothing written.
   */
  insert(params: { readonly order: Order; readonly history: OrderHistoryEntry }): Promise<'inserted' | 'cart_has_order'>
  /**
   * Saves states, amounts and addresses left aside: statuses, reservation, expiry and the lines' units (shipped, cancelled, refunded, in returns), if the stored version is still
   * `expectedVersion`, together with the history entry of the new version.
   *
   * @throws CONSTRAINT_VIOLATION when a line's units cannot be: more shipped and cancelled than sold, or more sent back and refunded than shipped
   */
  save(params: { readonly order: Order; readonly expectedVersion: number; readonly history: OrderHistoryEntry }): Promise<'saved' | 'stale'>
  /**
   * Replaces where an order is to be sent, if its stored version is `version`: that of the change it belongs to, which was saved just before. The version stays.
   */
  saveShippingAddress(params: { readonly orderId: OrderId; readonly version: number; readonly shippingAddress: Address }): Promise<'saved' | 'stale'>
  /** Writes a refund with its lines. */
  insertRefund(refund: OrderRefund): Promise<void>
  insertFulfilment(fulfilment: Fulfilment): Promise<void>
  findFulfilment(params: { readonly fulfilmentId: FulfilmentId }): Promise<Fulfilment | undefined>
  /** Saves status and delivery time if the stored version is still `expectedVersion`. */
  saveFulfilment(params: { readonly fulfilment: Fulfilment; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
}
