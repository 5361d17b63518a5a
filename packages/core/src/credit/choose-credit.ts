import type { Cart } from '../cart/cart.ts'
import { CommerceError } from '../errors.ts'
import type { CartId, CreditAccountId } from '../ids.ts'
import { sumMinor } from '../money/money.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { type CreditAccount, cappedCredit, type QuoteCredit, spreadCredit, whyUnusable } from './credit.ts'

/** What a buyer wants to pay with before a payment provider is asked. */
export interface CreditChoice {
  /** Of gift cards, in the order in which they pay. */
  readonly codeHashes: readonly string[]
  /** Whether the cart's customer spends their store credit, after the gift cards. */
  readonly storeCredit: boolean
  /** The most that credit pays; all of it if left out. */
  readonly maxMinor?: number | undefined
}

/** A choice of the buyer's, or the credits of a quote that is made anew: these pay what they paid before, and no more. */
export type WantedCredit = CreditChoice | readonly QuoteCredit[]

/**
 * The accounts that a choice names, in the order in which they pay. What the cart's own pending order has of them counts as theirs: an order that is placed takes its place.
 *
 * @throws NOT_FOUND, GIFT_CARD_UNUSABLE, FORBIDDEN for store credit of a guest
 */
export async function readCredit(
  snapshot: Pick<StorageSnapshot, 'credit' | 'orders' | 'now'>,
  wanted: WantedCredit | undefined,
  { id: cartId, customerId, currency }: Pick<Cart, 'id' | 'customerId' | 'currency'>,
): Promise<readonly CreditAccount[]> {
  if (wanted === undefined || isQuoted(wanted)) return []
  const { codeHashes, storeCredit } = wanted
  if (storeCredit && customerId === null) throw new CommerceError('FORBIDDEN', { details: { required: 'customer' } })
  const [cards, own, taken] = await Promise.all([
    codeHashes.length === 0 ? [] : snapshot.credit.giftCards({ codeHashes }),
    storeCredit && customerId !== null ? snapshot.credit.storeCredits({ customerId, currency }) : [],
    takenByOwnOrder(snapshot, cartId),
  ])
  const returned = (account: CreditAccount) => ({ ...account, balanceMinor: account.balanceMinor + (taken.get(account.id) ?? 0) })
  const chosen = [...new Set(codeHashes)].map((codeHash) => {
    const found = cards.find((account) => account.codeHash === codeHash)
    if (found === undefined) throw noSuchGiftCard()
    const card = returned(found)
    const reason = whyUnusable(card, currency, snapshot.now)
    if (reason !== undefined) throw new CommerceError('GIFT_CARD_UNUSABLE', { details: { lastFour: card.lastFour ?? '', reason } })
    return card
  })
  return [...chosen, ...own.map(returned).filter((account) => whyUnusable(account, currency, snapshot.now) === undefined)]
}

/** What the pending order of a cart has of which account, in minor units. */
async function takenByOwnOrder({ orders, credit }: Pick<StorageSnapshot, 'credit' | 'orders'>, cartId: CartId): Promise<ReadonlyMap<CreditAccountId, number>> {
  const order = await orders.liveForCart({ cartId })
  if (order?.status !== 'pending' || order.creditMinor === 0) return new Map()
  return new Map((await credit.ofOrder({ orderId: order.id })).map(({ accountId, amountMinor, returnedMinor }) => [accountId, amountMinor - returnedMinor]))
}

/**
 * What credit pays of a total. Where it would leave less than can be charged, such as a few cents, it pays so much less that the rest can be.
 *
 * @param isChargeable - whether some provider can charge an amount, in minor units; nothing always can be.
 */
export function applyCredit(
  wanted: WantedCredit | undefined,
  accounts: readonly CreditAccount[],
  totalMinor: number,
  isChargeable: (minor: number) => boolean,
): readonly QuoteCredit[] {
  if (wanted === undefined) return []
  if (isQuoted(wanted)) return cappedCredit(wanted, totalMinor)
  const credits = spreadCredit(accounts, Math.min(totalMinor, wanted.maxMinor ?? totalMinor))
  const dueMinor = totalMinor - sumMinor(credits.map(({ amountMinor }) => amountMinor))
  if (isChargeable(dueMinor) || !isChargeable(totalMinor)) return credits
  return spreadCredit(accounts, totalMinor - leastChargeable(dueMinor, totalMinor, isChargeable))
}

/** An amount that can be charged, as near to the lower bound as halving finds one. @param low - cannot be charged @param high - can be */
function leastChargeable(low: number, high: number, isChargeable: (minor: number) => boolean): number {
  let [below, above] = [low, high]
  while (above - below > 1) {
    const middle = below + Math.floor((above - below) / 2)
    if (isChargeable(middle)) above = middle
    else below = middle
  }
  return above
}

function isQuoted(wanted: WantedCredit): wanted is readonly QuoteCredit[] {
  return Array.isArray(wanted)
}

export function noSuchGiftCard(): CommerceError {
  return new CommerceError('NOT_FOUND', { details: { object: 'gift card' } })
}
