import type { ActorRecord } from '../actor.ts'
import type { CreditAccountId, CreditEntryId, CustomerId, OrderId, OrderRefundId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { CreditStatus } from './credit-machine.ts'

export type { CreditStatus } from './credit-machine.ts'

/** `gift_card`: whoever has the code spends it. `store_credit`: a customer's, one in each currency. */
export type CreditKind = 'gift_card' | 'store_credit'

/** Money that the shop owes to a bearer or a customer, to be spent here. The balance is the sum of its entries. */
export interface CreditAccount {
  readonly id: CreditAccountId
  readonly kind: CreditKind
  readonly status: CreditStatus
  /** Whose store credit it is; null for a gift card. */
  readonly customerId: CustomerId | null
  /** Of a gift card: SHA-256 of its code. The code itself is kept nowhere. */
  readonly codeHash: string | null
  /** Of a gift card: the end of its code, for people. */
  readonly lastFour: string | null
  readonly currency: Currency
  /** ≥ 0. */
  readonly balanceMinor: number
  /** When it can no longer be spent; null for never. Store credit never expires. */
  readonly expiresAt: Date | null
  /** For staff. */
  readonly note: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Grows by one with each change. */
  readonly version: number
}

/**
 * Why a balance moved. Up: `issue`, `release` (the order it paid is over), `refund`. Down: `redeem` (it pays an order), `expire`. Either way: `adjust` by staff,
 * `claim` from a gift card to store credit.
 */
export type CreditChange = 'issue' | 'redeem' | 'release' | 'refund' | 'adjust' | 'claim' | 'expire'

/** One movement of a balance, written with it and never changed. */
export interface CreditEntry {
  readonly id: CreditEntryId
  readonly accountId: CreditAccountId
  readonly change: CreditChange
  /** What the balance grew by; negative for what left it; never 0. */
  readonly amountMinor: number
  readonly orderId: OrderId | null
  /** The decision of staff that it carries out. */
  readonly orderRefundId: OrderRefundId | null
  /** Unique in the account: what has been booked is not booked again. */
  readonly reference: string
  readonly note: string | null
  readonly actor: ActorRecord
  readonly at: Date
}

/** What an account pays of one order. */
export interface OrderCredit {
  readonly orderId: OrderId
  readonly accountId: CreditAccountId
  readonly kind: CreditKind
  readonly lastFour: string | null
  /** From 0, in the order in which they were asked. */
  readonly position: number
  readonly amountMinor: number
  /** What of it was given back: all of it once the order is over without having been sold. */
  readonly returnedMinor: number
}

/** What an account would pay of a quoted cart. */
export interface QuoteCredit {
  readonly accountId: CreditAccountId
  readonly kind: CreditKind
  readonly lastFour: string | null
  readonly amountMinor: number
}

/** The provider that a refund names whose money became store credit: no payment provider may have this name. */
export const storeCreditProvider = 'store_credit'

/** Why an account cannot pay anything now; undefined when it can. */
export function whyUnusable(account: CreditAccount, currency: Currency, now: Date): 'disabled' | 'expired' | 'empty' | 'currency' | undefined {
  if (account.status === 'disabled') return 'disabled'
  if (account.currency !== currency) return 'currency'
  if (account.expiresAt !== null && account.expiresAt <= now) return 'expired'
  return account.balanceMinor === 0 ? 'empty' : undefined
}

/** What may be spent of an account now, in minor units. */
export function spendableMinor(account: CreditAccount, now: Date): number {
  return whyUnusable(account, account.currency, now) === undefined ? account.balanceMinor : 0
}

/**
 * Spreads an amount over accounts, one after the other until it is paid; what pays nothing is left out.
 *
 * @param amountMinor - ≥ 0, and all that is to be paid by them.
 */
export function spreadCredit(accounts: readonly CreditAccount[], amountMinor: number): readonly QuoteCredit[] {
  let missing = amountMinor
  return accounts.flatMap(({ id: accountId, kind, lastFour, balanceMinor }): QuoteCredit[] => {
    const share = Math.min(missing, balanceMinor)
    missing -= share
    return share === 0 ? [] : [{ accountId, kind, lastFour, amountMinor: share }]
  })
}

/** The same credits for a total that may be another by now: never more than before from any, and no more than it. */
export function cappedCredit(credits: readonly QuoteCredit[], totalMinor: number): readonly QuoteCredit[] {
  let missing = totalMinor
  return credits.flatMap((credit): QuoteCredit[] => {
    const share = Math.min(missing, credit.amountMinor)
    missing -= share
    return share === 0 ? [] : [{ ...credit, amountMinor: share }]
  })
}

/** What credit still stands behind an order, in minor units. */
export function keptCreditMinor(credits: readonly OrderCredit[]): number {
  return credits.reduce((sum, { amountMinor, returnedMinor }) => sum + amountMinor - returnedMinor, 0)
}

/** What of an order's credit goes back when so much is refunded: what was taken last first. @param amountMinor - at most what is left of them */
export function creditToReturn(
  credits: readonly OrderCredit[],
  amountMinor: number,
): readonly { readonly credit: OrderCredit; readonly amountMinor: number }[] {
  let missing = amountMinor
  return [...credits]
    .sort((a, b) => b.position - a.position)
    .flatMap((credit) => {
      const share = Math.min(missing, credit.amountMinor - credit.returnedMinor)
      missing -= share
      return share === 0 ? [] : [{ credit, amountMinor: share }]
    })
}
