import type { OrderId, PaymentId, RefundId } from '../ids.ts'
import type { Payment, PaymentHistoryEntry, Refund } from './payment.ts'

export interface PaymentReader {
  find(params: { readonly paymentId: PaymentId }): Promise<Payment | undefined>
  /** Every payment of an order, oldest first. */
  ofOrder(params: { readonly orderId: OrderId }): Promise<readonly Payment[]>
  /** Every refund of an order, oldest first. */
  refundsOfOrder(params: { readonly orderId: OrderId }): Promise<readonly Refund[]>
  history(params: { readonly paymentId: PaymentId }): Promise<readonly PaymentHistoryEntry[]>
  /** Payments in id order, for comparing with the provider's list. */
  scan(params: { readonly afterId?: PaymentId; readonly limit: number }): Promise<readonly Payment[]>
}

/** Persistence of payments and refunds. */
export interface PaymentStore extends PaymentReader {
  insert(params: { readonly payment: Payment; readonly history: PaymentHistoryEntry }): Promise<void>
  /** Saves if the stored version is still `expectedVersion`, together with the history entry of the new version. */
  save(params: { readonly payment: Payment; readonly expectedVersion: number; readonly history: PaymentHistoryEntry }): Promise<'saved' | 'stale'>
  /**
   * Hands out payments whose `nextCheckAt` has come, oldest first, and moves it to `leaseUntil`, so that no other worker takes them meanwhile and a
   * worker that dies delays them only. Counts one more in `checks`. Not a state change: the version stays.
   */
  claimDue(params: { readonly limit: number; readonly leaseUntil: Date }): Promise<readonly Payment[]>
  /** Sets when the completer looks next, null for never. Not a state change. */
  schedule(params: { readonly paymentId: PaymentId; readonly nextCheckAt: Date | null }): Promise<void>

  /** @returns `exists` when the payment already has a refund with this key; nothing was written then. */
  insertRefund(refund: Refund): Promise<'inserted' | 'exists'>
  /** Saves if the stored version is still `expectedVersion`. */
  saveRefund(params: { readonly refund: Refund; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
  findRefund(params: { readonly refundId: RefundId }): Promise<Refund | undefined>
  /** Like `claimDue`, for refunds that are `pending`; `attempts` is counted by whoever sends them. */
  claimDueRefunds(params: { readonly limit: number; readonly leaseUntil: Date }): Promise<readonly Refund[]>
}
