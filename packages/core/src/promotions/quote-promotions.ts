import type { Cart } from '../cart/cart.ts'
import type { Sellable } from '../catalog/product.ts'
import type { Currency } from '../money/money.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import { codeKey, type QuotePromotions, type SkippedPromotion } from './promotion.ts'
import { applyPromotions, discountShipping, nextTurn, type PromotionFacts, type PromotionOutcome } from './promotion-rules.ts'
import type { Offers } from './promotion-store.ts'

/** What a quote's promotions are decided by: read with the cart, in one snapshot. */
export interface CartOffers extends Offers {
  readonly groups: readonly string[]
  readonly now: Date
}

/** A line of a quote before its discount. */
interface PricedLine {
  readonly sku: string
  readonly productId: string
  readonly quantity: number
  readonly unitMinor: number
  readonly totalMinor: number
}

function readOffers(snapshot: Pick<StorageSnapshot, 'promotions'>, cart: Cart): Promise<Offers> {
  const { id: cartId, customerId, vouchers = [], lines } = cart
  return snapshot.promotions.offers({ cartId, customerId, codeKeys: vouchers.map(codeKey), skus: lines.map(({ sku }) => sku) })
}

/** The offers of a cart, if there can be any: at once for a cart with codes, else once its goods have told that there are automatic promotions. */
export async function readCartOffers(
  snapshot: Pick<StorageSnapshot, 'promotions' | 'now'>,
  cart: Cart,
  goods: Promise<readonly Sellable[]>,
  groups: Promise<readonly string[]> | readonly string[],
): Promise<CartOffers | undefined> {
  const early = (cart.vouchers ?? []).length > 0 ? readOffers(snapshot, cart) : undefined
  const [rows, names, ready] = await Promise.all([goods, groups, early])
  const offers = ready ?? (rows.some(({ promotionRevision }) => promotionRevision > 0) ? await readOffers(snapshot, cart) : undefined)
  return offers && { ...offers, groups: names, now: snapshot.now }
}

/** Decides what comes off the lines; codes that lead nowhere are named among what did not apply. */
export function decidePromotions(
  cart: Cart,
  lines: readonly PricedLine[],
  offers: CartOffers,
  { currency, shippingMethod }: { readonly currency: Currency; readonly shippingMethod: string | null },
): PromotionOutcome {
  const { customerId, vouchers = [] } = cart
  const customer = customerId === null ? null : { id: customerId, groups: offers.groups, hasOrdered: offers.hasOrdered, used: offers.used }
  const facts: PromotionFacts = { currency, shippingMethod, customer, now: offers.now }
  const outcome = applyPromotions(
    lines.map((line) => ({ ...line, categories: offers.categories.get(line.sku) ?? [] })),
    offers.offers,
    facts,
  )
  const known = new Set(offers.offers.flatMap(({ voucher }) => (voucher === null ? [] : [codeKey(voucher.code)])))
  const unknown = vouchers
    .filter((code) => !known.has(codeKey(code)))
    .map((code): SkippedPromotion => ({ promotionId: null, name: null, code, reason: 'unknown' }))
  return { ...outcome, notApplied: [...outcome.notApplied, ...unknown] }
}

/** What comes off the shipping. */
export function decideShippingDiscount(outcome: QuotePromotions, { offers }: CartOffers, rateMinor: number) {
  return discountShipping(
    outcome,
    offers.map(({ promotion }) => promotion),
    rateMinor,
  )
}

/** Until when the promotions of a quote are sure to stay as they are. */
export function offersHoldUntil({ offers, now }: CartOffers): Date | undefined {
  return nextTurn(
    offers.map(({ promotion }) => promotion),
    now,
  )
}
