import type { CustomerId } from '../ids.ts'
import { type Currency, sumMinor } from '../money/money.ts'
import { discountByAmount, discountByShare, discountGotUnits, matchesItem, type OpenLine, type PromotableLine, shareMinor } from './discount-lines.ts'
import type { AppliedPromotion, LineDiscount, Promotion, QuotePromotions, SkippedPromotion, SkipReason, Voucher } from './promotion.ts'
import { isCounted } from './promotion.ts'

/** A promotion that may apply: an automatic one, or one whose code is in the cart. */
export interface OfferedPromotion {
  readonly promotion: Promotion
  /** Null for an automatic one. */
  readonly voucher: Voucher | null
}

/** What is known of a customer who is signed in. */
export interface PromotionCustomer {
  readonly id: CustomerId
  readonly groups: readonly string[]
  /** Whether they have another order that is neither cancelled nor expired. */
  readonly hasOrdered: boolean
  /** Orders of theirs that use a promotion now, by its id. */
  readonly used: ReadonlyMap<string, number>
}

/** What promotions look at, beside the lines. */
export interface PromotionFacts {
  readonly currency: Currency
  /** Null while none is chosen. */
  readonly shippingMethod: string | null
  /** Null for a guest. */
  readonly customer: PromotionCustomer | null
  readonly now: Date
}

export interface PromotionOutcome extends QuotePromotions {
  /** Off each line, in the order of the lines; never more than it costs. */
  readonly lineDiscountsMinor: readonly number[]
}

/**
 * Decides which promotions apply to a cart, what each takes off which line, and why the others do not. The same cart, promotions and facts give the same answer,
 * in whatever order the promotions come. Those about shipping have their place here, and their amount from `discountShipping`.
 *
 * @throws AMOUNT_OVERFLOW
 */
export function applyPromotions(lines: readonly PromotableLine[], offers: readonly OfferedPromotion[], facts: PromotionFacts): PromotionOutcome {
  const left = lines.map(({ totalMinor }) => totalMinor)
  const taken: { readonly promotion: Promotion; readonly applied: AppliedPromotion }[] = []
  const notApplied: SkippedPromotion[] = []
  for (const offer of [...offers].sort(inTurn)) {
    const others = taken.map(({ promotion }) => promotion)
    const tried = mayApply(lines, offer, facts) ?? (others.every((other) => standTogether(other, offer.promotion)) ? undefined : 'not_combinable')
    const answer = tried ?? discount(lines, left, offer.promotion, facts)
    if (typeof answer === 'string') {
      notApplied.push(skipped(offer, answer))
      continue
    }
    for (const [index, { discountMinor }] of answer.entries()) left[index] = (left[index] ?? 0) - discountMinor
    taken.push({ promotion: offer.promotion, applied: appliedPromotion(offer, answer) })
  }
  return {
    applied: taken.map(({ applied }) => applied),
    notApplied,
    lineDiscountsMinor: lines.map(({ totalMinor }, index) => totalMinor - (left[index] ?? 0)),
  }
}

/** Takes off the shipping what promotions give, one after the other. Those that give nothing did not apply: shipping was free. */
export function discountShipping(
  outcome: QuotePromotions,
  promotions: readonly Promotion[],
  rateMinor: number,
): QuotePromotions & { readonly shippingDiscountMinor: number } {
  const shares = new Map(promotions.flatMap(({ id, effect }) => (effect.type === 'free_shipping' ? [[id, effect.basisPoints] as const] : [])))
  let left = rateMinor
  const applied: AppliedPromotion[] = []
  const notApplied = [...outcome.notApplied]
  for (const promotion of outcome.applied) {
    const share = shares.get(promotion.promotionId)
    const shippingDiscountMinor = share === undefined ? 0 : shareMinor(left, share)
    left -= shippingDiscountMinor
    if (share === undefined || shippingDiscountMinor > 0) applied.push({ ...promotion, shippingDiscountMinor })
    else notApplied.push({ promotionId: promotion.promotionId, name: promotion.name, code: promotion.code, reason: 'nothing_to_discount' })
  }
  return { applied, notApplied, shippingDiscountMinor: rateMinor - left }
}

/** The highest priority first, then the oldest: ids grow with time. */
function inTurn({ promotion: a, voucher: first }: OfferedPromotion, { promotion: b, voucher: second }: OfferedPromotion): number {
  if (a.stacking.priority !== b.stacking.priority) return b.stacking.priority - a.stacking.priority
  if (a.id !== b.id) return a.id < b.id ? -1 : 1
  return (first?.code ?? '') < (second?.code ?? '') ? -1 : 1
}

/** Two codes of one promotion do not stand together. */
function standTogether(a: Promotion, b: Promotion): boolean {
  if (a.id === b.id || a.stacking.exclusive || b.stacking.exclusive) return false
  const [first, second] = [a.stacking, b.stacking]
  if (first.group !== null && first.group === second.group) return false
  const lets = (one: Promotion['stacking'], other: Promotion['stacking']) =>
    one.combinesWith === null || (other.group !== null && one.combinesWith.includes(other.group))
  return lets(first, second) && lets(second, first)
}

/** Why a voucher is not good at a moment, whatever is in the cart. */
export function whyNotGood({ promotion, voucher }: OfferedPromotion, now: Date): Extract<SkipReason, 'not_started' | 'ended' | 'used_up'> | undefined {
  const { status, startsAt, endsAt, limits, used } = promotion
  if (status === 'ended' || (endsAt !== null && endsAt <= now) || (voucher !== null && voucher.endedAt !== null)) return 'ended'
  if (startsAt !== null && startsAt > now) return 'not_started'
  if (limits.total !== null && used >= limits.total) return 'used_up'
  return voucher !== null && voucher.limit !== null && voucher.used >= voucher.limit ? 'used_up' : undefined
}

function mayApply(lines: readonly PromotableLine[], offer: OfferedPromotion, facts: PromotionFacts): SkipReason | undefined {
  const { promotion } = offer
  const { effect, conditions } = promotion
  const bad = whyNotGood(offer, facts.now) ?? whyNotTheirs(promotion, facts)
  if (bad !== undefined) return bad
  if (effect.type === 'free_shipping' && effect.methods !== null && (facts.shippingMethod === null || !effect.methods.includes(facts.shippingMethod)))
    return 'shipping_method'
  const { minimumSubtotal, minimumQuantity } = conditions
  if (minimumSubtotal !== null && minimumSubtotal[facts.currency] === undefined) return 'currency'
  const included = lines.filter((line) => isIncluded(promotion, line))
  if (included.length === 0) return 'no_items'
  if (minimumQuantity !== null && unitsOf(included) < minimumQuantity) return 'minimum_quantity'
  return minimumSubtotal !== null && subtotalOf(included) < (minimumSubtotal[facts.currency] ?? 0) ? 'minimum_subtotal' : undefined
}

/** Guests with a code are told apart once the order has their address of mail; one that comes by itself is not for them. */
function whyNotTheirs({ id, automatic, conditions, limits }: Promotion, { customer }: PromotionFacts): SkipReason | undefined {
  const { groups, firstOrder } = conditions
  if (customer === null) return groups !== null || (automatic && (firstOrder || limits.perCustomer !== null)) ? 'sign_in' : undefined
  if (groups !== null && !groups.some((name) => customer.groups.includes(name))) return 'customer_group'
  if (firstOrder && customer.hasOrdered) return 'first_order'
  return limits.perCustomer !== null && (customer.used.get(id) ?? 0) >= limits.perCustomer ? 'used_up_by_customer' : undefined
}

function isIncluded({ items, except }: Promotion, line: PromotableLine): boolean {
  return (items === null || matchesItem(items, line)) && (except === null || !matchesItem(except, line))
}

function unitsOf(lines: readonly PromotableLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0)
}

function subtotalOf(lines: readonly PromotableLine[]): number {
  return sumMinor(lines.map(({ totalMinor }) => totalMinor))
}

/** What a promotion takes off each line; nothing at all is a reason not to apply. */
function discount(
  lines: readonly PromotableLine[],
  left: readonly number[],
  promotion: Promotion,
  facts: PromotionFacts,
): readonly LineDiscount[] | SkipReason {
  const { effect } = promotion
  if (effect.type === 'free_shipping') return []
  const open = lines.map((line, index): OpenLine => ({ line, leftMinor: left[index] ?? 0 }))
  const wanted = (line: PromotableLine) =>
    isIncluded(promotion, line) ||
    (effect.type === 'buy_get' &&
      effect.getItems !== null &&
      matchesItem(effect.getItems, line) &&
      (promotion.except === null || !matchesItem(promotion.except, line)))
  const places = open.flatMap(({ line }, index) => (wanted(line) ? [index] : []))
  const amounts = amountsOf(
    places.flatMap((index) => open[index] ?? []),
    promotion,
    facts,
  )
  if (typeof amounts === 'string') return amounts
  const discounts = open.map(({ line: { sku }, leftMinor }, index): LineDiscount => {
    const place = places.indexOf(index)
    if (place === -1) return { sku, discountMinor: 0, reason: 'not_included' }
    const discountMinor = amounts[place] ?? 0
    return { sku, discountMinor, reason: discountMinor > 0 ? null : leftMinor === 0 ? 'nothing_left' : 'not_chosen' }
  })
  return discounts.some(({ discountMinor }) => discountMinor > 0) ? discounts : 'nothing_to_discount'
}

function amountsOf(open: readonly OpenLine[], promotion: Promotion, { currency }: PromotionFacts): readonly number[] | SkipReason {
  const { effect } = promotion
  const lines = open.map(({ line }) => line)
  switch (effect.type) {
    case 'percentage':
      return discountByShare(open, effect.basisPoints)
    case 'fixed': {
      const amountMinor = effect.amounts[currency]
      return amountMinor === undefined ? 'currency' : discountByAmount(open, amountMinor, effect.per)
    }
    case 'quantity_tiers': {
      const reached = effect.tiers.filter(({ from }) => unitsOf(lines) >= from).map(({ basisPoints }) => basisPoints)
      return reached.length === 0 ? 'minimum_quantity' : discountByShare(open, Math.max(...reached))
    }
    case 'subtotal_tiers': {
      const tiers = effect.tiers.flatMap(({ from, basisPoints }) => (from[currency] === undefined ? [] : [{ from: from[currency], basisPoints }]))
      if (tiers.length === 0) return 'currency'
      const reached = tiers.filter(({ from }) => subtotalOf(lines) >= from).map(({ basisPoints }) => basisPoints)
      return reached.length === 0 ? 'minimum_subtotal' : discountByShare(open, Math.max(...reached))
    }
    case 'buy_get': {
      const { getItems } = effect
      const bought = (line: PromotableLine) => isIncluded(promotion, line)
      return discountGotUnits(open, effect, { bought, got: getItems === null ? bought : (line) => matchesItem(getItems, line) })
    }
    case 'free_shipping':
      return 'nothing_to_discount'
  }
}

function appliedPromotion({ promotion, voucher }: OfferedPromotion, lines: readonly LineDiscount[]): AppliedPromotion {
  const { id: promotionId, version, name, conditions, limits } = promotion
  return {
    promotionId,
    version,
    name,
    code: voucher === null ? null : voucher.code,
    discountMinor: sumMinor(lines.map(({ discountMinor }) => discountMinor)),
    shippingDiscountMinor: 0,
    lines,
    counted: isCounted(promotion),
    perCustomer: limits.perCustomer,
    firstOrder: conditions.firstOrder,
  }
}

function skipped({ promotion, voucher }: OfferedPromotion, reason: SkipReason): SkippedPromotion {
  return { promotionId: promotion.id, name: promotion.name, code: voucher === null ? null : voucher.code, reason }
}

/** The next moment at which one of the promotions begins or ends; what was decided before holds until then. */
export function nextTurn(promotions: readonly Promotion[], now: Date): Date | undefined {
  const moments = promotions.flatMap(({ status, startsAt, endsAt }) => (status === 'active' ? [startsAt, endsAt] : [])).filter((at) => at !== null && at > now)
  return moments.reduce<Date | undefined>((first, at) => (at !== null && (first === undefined || at < first) ? at : first), undefined)
}
