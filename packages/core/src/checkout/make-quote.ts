import { type Actor, ownerFilter } from '../actor.ts'
import type { Cart } from '../cart/cart.ts'
import { bornAtHome, type CartCopy } from '../cart/cart-custody.ts'
import { unitsOf } from '../cart/cart-view.ts'
import { findCart } from '../cart/find-cart.ts'
import { findHold, withHeldUnits } from '../cart/own-units.ts'
import { isBuyable, type Sellable, unavailable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { applyCredit, readCredit, type WantedCredit } from '../credit/choose-credit.ts'
import type { CreditAccount } from '../credit/credit.ts'
import type { UsedAddress } from '../customers/customer.ts'
import { CommerceError, type LineProblem } from '../errors.ts'
import type { CartId, QuoteId } from '../ids.ts'
import { trackedSkus } from '../inventory/stock-units.ts'
import { multiplyMinor, sumMinor } from '../money/money.ts'
import type { Address } from '../orders/address.ts'
import { unitPrice } from '../pricing/list-price.ts'
import { type Quote, type QuoteLine, quoteFingerprint, quoteTotals } from '../pricing/quote.ts'
import type { ShippingRate } from '../pricing/shipping-rates.ts'

import { expectedOfLine, hasRestockDate, stockTerms } from '../pricing/stock-terms.ts'

import type { TaxCustomer } from '../pricing/tax-calculator.ts'
import type { PromotionOutcome } from '../promotions/promotion-rules.ts'
import { type CartOffers, decidePromotions, decideShippingDiscount, offersHoldUntil, readCartOffers } from '../promotions/quote-promotions.ts'

import type { StorageSnapshot } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { type AddedTo, rateOfAddition } from './added-to.ts'
import { taxQuote } from './quote-tax.ts'
import { destination, type PickupContact, shippingOptions } from './shipping-options.ts'

export interface QuoteRequest {
  readonly actor: Actor
  readonly cartId: CartId
  /** Where it is sent, or who fetches it. */
  readonly shipTo: Address | PickupContact
  /** @default where it goes */
  readonly billingAddress?: Address | undefined
  /** Those of the two that are of the customer's address book. */
  readonly usedAddresses?: readonly UsedAddress[] | undefined
  readonly shippingMethod: string
  /** What is to pay before a payment provider does. */
  readonly credits?: WantedCredit | undefined
  /** What the host says of the buyer's taxes. */
  readonly taxId?: string | undefined
  readonly taxExemption?: string | undefined
  /** The order that it adds to, whose address and method are those of the request. */
  readonly addedTo?: AddedTo | undefined
  /** A cart that is made for this quote and written with it. @default the one that is stored */
  readonly cart?: Cart | undefined
}

/** What a quote was made from, to make it anew. */
export function requestOf(quote: Quote, actor: Actor): QuoteRequest {
  const { shippingAddress, pickupLocation, ...rest } = quote
  return { ...rest, actor, shipTo: pickupLocation === null ? shippingAddress : { name: shippingAddress.name, phone: shippingAddress.phone } }
}

/**
 * Prices a cart as it is now and stores the result. Asks the shipping and tax ports, so it must be called outside every transaction.
 *
 * @throws NOT_FOUND, CART_CLOSED, CART_EMPTY, CART_PROBLEMS, SHIPPING_UNAVAILABLE, AMOUNT_NOT_CHARGEABLE, AMOUNT_OVERFLOW, GIFT_CARD_UNUSABLE, FORBIDDEN, DEPENDENCY_UNAVAILABLE, ANSWER_INVALID
 */
export async function makeQuote(context: Context, request: QuoteRequest): Promise<Quote> {
  const priced = await priceCart(context, request)
  const { cart, copy, offers, accounts } = priced
  const customer = taxCustomer(priced, request)
  const rate = await chooseRate(context, request, priced, customer)
  const promotions = priced.promotions && offers && decideShippingDiscount(priced.promotions, offers, rate.amountMinor)
  const shippingDiscountMinor = promotions?.shippingDiscountMinor ?? 0
  const shippingMinor = rate.amountMinor - shippingDiscountMinor
  const { addedTo } = request
  const shippingAddress = addedTo === undefined ? destination(rate, request.shipTo) : addedTo.order.shippingAddress
  const billingAddress = request.billingAddress ?? shippingAddress
  // An order that is fetched goes to the place's address, not to one of the book.
  const used = (request.usedAddresses ?? []).filter(({ purpose }) => rate.pickup === undefined || purpose !== 'shipping')
  const taxed = await taxQuote(context, {
    currency: cart.currency,
    lines: priced.lines,
    categories: new Map([...priced.sellables].map(([sku, { taxCategory }]) => [sku, taxCategory])),
    shippingMinor,
    shippingAddress,
    billingAddress,
    customer,
    at: priced.now,
  })
  const totals = quoteTotals(taxed.lines, shippingMinor, taxed.shippingTaxMinor)
  const isChargeable = (minor: number) => whyNotChargeable(context, minor, cart.currency).length === 0
  const credits = applyCredit(request.credits, accounts, totals.totalMinor, isChargeable)
  const creditMinor = sumMinor(credits.map(({ amountMinor }) => amountMinor))
  const dueMinor = totals.totalMinor - creditMinor
  requireChargeable(context, dueMinor, cart.currency)

  return context.storage.transaction(context.clock.now(), async (tx) => {
    const quote: Quote = {
      id: context.ids.next<QuoteId>(),
      cartId: cart.id,
      cartVersion: cart.version,
      ...(addedTo === undefined ? {} : { addsTo: { orderId: addedTo.order.id, orderVersion: addedTo.order.version } }),
      currency: cart.currency,
      lines: taxed.lines,
      subtotalMinor: totals.subtotalMinor,
      discountMinor: totals.discountMinor,
      shippingMinor,
      ...(shippingDiscountMinor === 0 ? {} : { shippingDiscountMinor }),
      ...(promotions === undefined ? {} : { promotions: { applied: promotions.applied, notApplied: promotions.notApplied } }),
      taxMinor: totals.taxMinor,
      taxes: taxed.taxes,
      total: { amountMinor: totals.totalMinor, currency: cart.currency },
      credits,
      creditMinor,
      dueMinor,
      shippingMethod: rate.method,
      shippingLabel: rate.label,
      deliveryEstimate: rate.estimate ?? null,
      pickupLocation: rate.pickup?.location ?? null,
      shippingAddress,
      billingAddress,
      ...(used.length === 0 ? {} : { usedAddresses: used }),
      ...(request.taxId === undefined ? {} : { taxId: request.taxId }),
      ...(request.taxExemption === undefined ? {} : { taxExemption: request.taxExemption }),
      fingerprint: quoteFingerprint(cart.currency, taxed.lines, priced.sellables),
      expiresAt: earlier(addMs(tx.now, context.timing.quoteTtlMs), offers && offersHoldUntil(offers)),
      createdAt: tx.now,
    }
    // Of a cart that lives outside the database, or nowhere yet, the version that is quoted is written here, so that prepare finds it.
    await Promise.all([copy && tx.carts.keep({ copies: [copy] }), tx.quotes.insert(quote)])
    return quote
  })
}

function earlier(first: Date, second: Date | undefined): Date {
  return second !== undefined && second < first ? second : first
}

/** A cart with what its lines cost, before shipping and tax. */
export interface PricedCart {
  readonly cart: Cart
  /** The cart as the live store has it, when that is where it is, or as it is made for the quote. */
  readonly copy: CartCopy | undefined
  readonly sellables: ReadonlyMap<string, Sellable>
  /** Units that the cart can have of what may be backordered until a day that is known; not read where nothing is. */
  readonly units: ReadonlyMap<string, number>
  /** The groups that the cart's customer is in; none for a guest. */
  readonly groups: readonly string[]
  /** Undefined when there are neither automatic promotions nor codes in the cart. */
  readonly offers: CartOffers | undefined
  /** What promotions take off; undefined as `offers` is. */
  readonly promotions: PromotionOutcome | undefined
  /** After discounts. */
  readonly lines: readonly QuoteLine[]
  /** That are to pay, in that order. */
  readonly accounts: readonly CreditAccount[]
  readonly now: Date
}

/** Loads a cart and prices its lines. @param request - `shippingMethod` is left out while none is chosen. @throws NOT_FOUND, CART_CLOSED, CART_EMPTY, CART_PROBLEMS */
export async function priceCart(context: Context, request: CartRequest & { readonly shippingMethod?: string }): Promise<PricedCart> {
  const loaded = await loadCart(context, request)
  const { cart, offers } = loaded
  const priced = quoteLines(loaded)
  const promotions = offers && decidePromotions(cart, priced, offers, { currency: cart.currency, shippingMethod: request.shippingMethod ?? null })
  return { ...loaded, promotions, lines: priced.map((line, index) => ({ ...line, discountMinor: promotions?.lineDiscountsMinor[index] ?? 0 })) }
}

/** Who buys, for tax. @param said - what the host says of the buyer's taxes. */
export function taxCustomer({ cart, groups }: PricedCart, said: Pick<QuoteRequest, 'taxId' | 'taxExemption'>): TaxCustomer {
  return { customerId: cart.customerId, groups, taxId: said.taxId ?? null, exemption: said.taxExemption ?? null }
}

type CartRequest = Pick<QuoteRequest, 'actor' | 'cartId' | 'credits' | 'cart'>

type LoadedCart = Omit<PricedCart, 'lines' | 'promotions'>

async function loadCart(context: Context, { cartId, actor, credits, cart: made }: CartRequest): Promise<LoadedCart> {
  const owner = ownerFilter(actor)
  const live = made === undefined ? await context.liveCarts?.find({ cartId, owner }) : undefined
  const loaded = await context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const found = made === undefined ? await findCart(snapshot.carts, { cartId, owner, live }) : { cart: made, copy: { cart: made, custody: bornAtHome } }
      if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
      const { cart, copy } = found
      const status = cart.status === 'active' && cart.expiresAt <= snapshot.now ? 'expired' : cart.status
      if (status !== 'active') throw new CommerceError('CART_CLOSED', { details: { cartId: cart.id, status } })
      if (cart.lines.length === 0) throw new CommerceError('CART_EMPTY', { details: {} })
      const { customerId } = cart
      const goods = snapshot.catalog.sellables({ skus: cart.lines.map((line) => line.sku), currency: cart.currency, customerId })
      const groups = customerId === null ? [] : snapshot.customers.groups({ customerId })
      const [rows, offers, accounts] = await Promise.all([goods, readCartOffers(snapshot, cart, goods, groups), readCredit(snapshot, credits, cart)])
      const sellables = new Map(rows.map((row) => [row.sku, row]))
      const units = await readUnits(snapshot, cart.id, sellables)
      return { cart, copy, sellables, units, groups: await groups, offers, accounts, now: snapshot.now }
    },
    { fresh: true },
  )
  // A copy that was overruled must not call the quote's version an old one later.
  if (live?.answer === 'here' && loaded.copy === undefined) await context.liveCarts?.drop({ cartId, seen: live.copy })
  return loaded
}

/** @see PricedCart.units */
async function readUnits(snapshot: StorageSnapshot, cartId: CartId, sellables: ReadonlyMap<string, Sellable>): Promise<ReadonlyMap<string, number>> {
  const terms = [...sellables.values()].map((sellable) => ({ sku: sellable.sku, quantity: 1, ...stockTerms(sellable) }))
  if (!terms.some(hasRestockDate)) return new Map()
  const [supply, hold] = await Promise.all([snapshot.stock.supply({ skus: trackedSkus(terms) }), findHold(snapshot, cartId)])
  const goods = { sellables, units: unitsOf(supply) }
  return (hold === undefined ? goods : withHeldUnits(goods, hold)).units
}

function quoteLines({ cart, sellables, units, now }: Pick<LoadedCart, 'cart' | 'sellables' | 'units' | 'now'>): QuoteLine[] {
  const left = new Map(units)
  const problems: LineProblem[] = []
  const lines = cart.lines.flatMap((line): QuoteLine[] => {
    const sellable = sellables.get(line.sku)
    if (!isBuyable(sellable)) {
      problems.push(unavailable(line.sku, sellable))
      return []
    }
    const { amountMinor: unitMinor, priceList } = unitPrice(sellable, line.quantity)
    const terms = stockTerms(sellable)
    const expectedAt = expectedOfLine({ sku: line.sku, quantity: line.quantity, ...terms }, left, now)
    return [
      {
        sku: line.sku,
        variantId: sellable.variantId,
        productId: sellable.productId,
        title: sellable.title,
        options: sellable.options,
        quantity: line.quantity,
        unitMinor,
        priceList,
        totalMinor: multiplyMinor(unitMinor, line.quantity),
        discountMinor: 0,
        taxMinor: 0,
        includedTaxMinor: 0,
        ...terms,
        ...(expectedAt === undefined ? {} : { expectedAt }),
      },
    ]
  })
  if (problems.length > 0) throw new CommerceError('CART_PROBLEMS', { details: { problems } })
  return lines
}

async function chooseRate(context: Context, request: QuoteRequest, priced: PricedCart, customer: TaxCustomer): Promise<ShippingRate> {
  const { shipTo, shippingMethod, addedTo } = request
  if (addedTo !== undefined) return rateOfAddition(context, addedTo, priced, customer)
  const rates = await shippingOptions(context, { ...priced, currency: priced.cart.currency }, 'line1' in shipTo ? shipTo : undefined, customer)
  const rate = rates.find((candidate) => candidate.method === shippingMethod)
  if (rate === undefined) {
    throw new CommerceError('SHIPPING_UNAVAILABLE', { details: { method: shippingMethod, available: rates.map(({ method }) => method) } })
  }
  return rate
}

/** Refuses what no configured provider can charge exactly, before anything is reserved. Where nothing is due, none is needed. */
function requireChargeable(context: Context, amountMinor: number, currency: string): void {
  const reasons = whyNotChargeable(context, amountMinor, currency)
  if (reasons.length === 0) return
  throw new CommerceError('AMOUNT_NOT_CHARGEABLE', { details: { amountMinor, currency, reason: reasons.join('; ') } })
}

/** What each of the providers has against an amount; nothing when one of them can charge it, or when there is none. */
function whyNotChargeable(context: Context, amountMinor: number, currency: string): readonly string[] {
  if (amountMinor === 0) return []
  const reasons: string[] = []
  for (const provider of context.providers.values()) {
    const answer = provider.chargeable({ amountMinor, currency })
    if (answer.chargeable) return []
    reasons.push(`${provider.name}: ${answer.reason}`)
  }
  return reasons
}
