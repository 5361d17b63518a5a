import type { Page } from '../catalog/catalog-store.ts'
import type { CreditAccountId, CustomerId, OrderId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { CreditAccount, CreditEntry, CreditKind, OrderCredit } from './credit.ts'
import type { CreditStatus } from './credit-machine.ts'

export interface CreditListQuery {
  readonly kind: CreditKind
  readonly status?: CreditStatus
  /** Newest first. */
  readonly limit: number
  readonly after?: string
}

export interface CreditReader {
  find(params: { readonly key: { readonly id: CreditAccountId } | { readonly codeHash: string } }): Promise<CreditAccount | undefined>
  /** The gift cards with these codes, in no order; what there is not is left out. */
  giftCards(params: { readonly codeHashes: readonly string[] }): Promise<readonly CreditAccount[]>
  /** A customer's store credit, of one currency or all of them, by currency. */
  storeCredits(params: { readonly customerId: CustomerId; readonly currency?: Currency }): Promise<readonly CreditAccount[]>
  /** Keyset on (createdAt, id), newest first. @throws INVALID_INPUT for what is no cursor of this list */
  list(query: CreditListQuery): Promise<Page<CreditAccount>>
  /** An account's entries, newest first. @throws INVALID_INPUT for what is no cursor of this list */
  entries(params: { readonly accountId: CreditAccountId; readonly limit: number; readonly after?: string }): Promise<Page<CreditEntry>>
  /** What credit pays of an order, by position. */
  ofOrder(params: { readonly orderId: OrderId }): Promise<readonly OrderCredit[]>
  /** Every movement that an order has caused, oldest first. */
  entriesOfOrder(params: { readonly orderId: OrderId }): Promise<readonly CreditEntry[]>
  /** Accounts with a balance whose `expiresAt` has come, longest ago first. */
  dueForExpiry(params: { readonly limit: number }): Promise<readonly CreditAccount[]>
}

/**
 * Persistence of gift cards and store credit: balances, their ledger, and what they pay of which order.
 *
 * **Contract for implementers**
 * - A balance moves with the entry that says why, both or neither, and is never below 0: of many who spend one account at once, together they get no more than it had.
 * - A second entry with a `reference` that the account has is a CONSTRAINT_VIOLATION: the transaction must be given up.
 *
 * @see docs/invariants.md: I11; docs/proving.md: A6, A12
 */
export interface CreditStore extends CreditReader {
  /** The accounts under their locks, which are taken in the order of their ids, until the transaction ends. */
  lock(params: { readonly accountIds: readonly CreditAccountId[] }): Promise<readonly CreditAccount[]>
  /** Writes a new account, whose balance is 0. @returns `exists` when its code is taken, or its customer has one in the currency: nothing was written. */
  open(account: CreditAccount): Promise<'opened' | 'exists'>
  /**
   * Moves a balance by an entry, whatever the account's status.
   *
   * @param expiresAt - of money that goes back: until when it can be spent at least; it makes an account that has expired good until then, and does nothing to others.
   * @returns `refused` when the account is missing or its balance would be below 0 or above 2^53 − 1: nothing was written.
   */
  post(params: { readonly entry: CreditEntry; readonly expiresAt?: Date }): Promise<'posted' | 'refused'>
  /**
   * Takes what an account pays of an order: guards, moves the balance and writes the entry and the order's part in one step.
   *
   * @param entry - its amount is what the account pays, negative.
   * @param position - among the order's credits; null for an order that had the same part before and got it back (`giveBack`): it is its own again.
   * @param customerId - who may spend store credit.
   * @returns `refused` when the account is missing, has less, is disabled, has expired, is of another currency or another customer's: the balance was not touched.
   */
  redeem(params: {
    readonly orderId: OrderId
    readonly position: number | null
    readonly entry: CreditEntry
    readonly currency: Currency
    readonly customerId: CustomerId | null
  }): Promise<'redeemed' | 'refused'>
  /** Says that so much of an order's part goes back; `post` moves it. @returns `exceeds` when less of it is left: nothing was written. */
  giveBack(params: { readonly orderId: OrderId; readonly accountId: CreditAccountId; readonly amountMinor: number }): Promise<'given' | 'exceeds'>
  /** Saves status, expiry and note if the stored version is still `expectedVersion`. */
  save(params: { readonly account: CreditAccount; readonly expectedVersion: number }): Promise<'saved' | 'stale'>
}
