import type { OrderId, PaymentId, RefundId } from '../ids.ts'
import type { Dispute, Payment, PaymentHistoryEntry, Refund } from './payment.ts'

export interface PaymentReader {
  find(params: { readonly paymentId: PaymentId }): Promise<Payment | undefined>
  /** The payment that the provider knows by this id. */
  findByProviderId(params: { readonly provider: string; readonly providerPaymentId: string }): Promise<Payment | undefined>
  /** The payments that the provider knows by these ids, in any order; those that are not here are left out. */
  findByProviderIds(params: { readonly provider: string; readonly providerPaymentIds: readonly string[] }): Promise<readonly Payment[]>
  /** Every payment of an order, oldest first. */
  ofOrder(params: { readonly orderId: OrderId }): Promise<readonly Payment[]>
  /** Every refund of an order, oldest first. */
  refundsOfOrder(params: { readonly orderId: OrderId }): Promise<readonly Refund[]>
  /** Every refund of these payments, oldest first. */
  refundsOfPayments(params: { readonly paymentIds: readonly PaymentId[] }): Promise<readonly Refund[]>
  findDispute(params: { readonly provider: string; readonly providerDisputeId: string }): Promise<Dispute | undefined>
  /** Every dispute of an order, oldest first. */
  disputesOfOrder(params: { readonly orderId: OrderId }): Promise<readonly Dispute[]>
  history(params: { readonly paymentId: PaymentId }): Promise<readonly PaymentHistoryEntry[]>
  /** Payments in id order, for comparing with the provider's list. */
  scan(params: { readonly afterId?: PaymentId; readonly limit: number }): Promise<readonly Payment[]>
}

/** Persistence of payments, refunds and disputes. */
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

  /**
   * Writes a refund that is to be sent, if its payment still has the money for it.
   *
   * **Contract for implementers**
   * - Check and write are indivisible: what was captured, less the refunds that have not failed, less the disputes that were not won, is at least the refund's
   *   amount, also when two are queued at once. With 100 captured and two refunds of 60, one is `queued`.
   * - `exists` when the payment already has a refund with this key, `exceeds` when the money is not there. Nothing was written then, and the transaction goes on.
   *
   * @see docs/invariants.md: I8; docs/proving.md: A12
   */
  queueRefund(refund: Refund): Promise<'queued' | 'exists' | 'exceeds'>
  /**
   * Writes a refund that is a fact already, such as one made at the provider, whatever money is left.
   *
   * @returns `exists` when the payment already has a refund with this key; nothing was written then.
   */
  insertRefund(refund: Refund): Promise<'inserted' | 'exists'>
  /** Saves if the stored version is still `expectedVersion`. */
  saveRefund(params: { readonly refund: Refund; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
  findRefund(params: { readonly refundId: RefundId }): Promise<Refund | undefined>
  /** Like `claimDue`, for refunds that are `pending`; `attempts` is counted by whoever sends them. */
  claimDueRefunds(params: { readonly limit: number; readonly leaseUntil: Date }): Promise<readonly Refund[]>

  /** @returns `exists` when there is a record of the provider's dispute already; nothing was written then. */
  insertDispute(dispute: Dispute): Promise<'inserted' | 'exists'>
  /** Saves status, amount and the time for evidence if the stored version is still `expectedVersion`. */
  saveDispute(params: { readonly dispute: Dispute; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
}
