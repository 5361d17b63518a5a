import { type Actor, ownerFilter } from '../actor.ts'
import type { Cart } from '../cart/cart.ts'
import type { CartCopy } from '../cart/cart-custody.ts'
import { findCart } from '../cart/find-cart.ts'
import { isBuyable, type Sellable, unavailable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import type { UsedAddress } from '../customers/customer.ts'
import { CommerceError, type LineProblem } from '../errors.ts'
import type { CartId, QuoteId } from '../ids.ts'
import { multiplyMinor, sumMinor } from '../money/money.ts'
import type { Address } from '../orders/address.ts'
import { priceFingerprint, type Quote, type QuoteLine, quoteTotals } from '../pricing/quote.ts'
import type { ShippingRate } from '../pricing/shipping-rates.ts'
import { stockTerms } from '../pricing/stock-terms.ts'
import { addMs } from '../time.ts'

export interface QuoteRequest {
  readonly actor: Actor
  readonly cartId: CartId
  readonly shippingAddress: Address
  readonly billingAddress: Address
  /** Those of the two that are of the customer's address book. */
  readonly usedAddresses?: readonly UsedAddress[] | undefined
  readonly shippingMethod: string
}

/**
 * Prices a cart as it is now and stores the result. Asks the shipping and tax ports, so it must be called outside every transaction.
 *
 * @throws NOT_FOUND, CART_CLOSED, CART_EMPTY, CART_PROBLEMS, SHIPPING_UNAVAILABLE, AMOUNT_NOT_CHARGEABLE, AMOUNT_OVERFLOW
 */
export async function makeQuote(context: Context, request: QuoteRequest): Promise<Quote> {
  const { cart, copy, sellables } = await loadCart(context, request)
  const lines = quoteLines(cart, sellables)
  const rate = await chooseRate(context, request, cart, lines, sellables)
  const tax = await context.tax.calculate({
    currency: cart.currency,
    shippingAddress: request.shippingAddress,
    lines: lines.map((line) => ({ sku: line.sku, quantity: line.quantity, amountMinor: line.totalMinor - line.discountMinor })),
    shippingMinor: rate.amountMinor,
  })
  const taxed = lines.map((line, index) => ({ ...line, taxMinor: tax.lines[index] ?? 0 }))
  const totals = quoteTotals(taxed, rate.amountMinor, tax.shippingMinor)
  requireChargeable(context, totals.totalMinor, cart.currency)

  return context.storage.transaction(context.clock.now(), async (tx) => {
    const quote: Quote = {
      id: context.ids.next<QuoteId>(),
      cartId: cart.id,
      cartVersion: cart.version,
      currency: cart.currency,
      lines: taxed,
      subtotalMinor: totals.subtotalMinor,
      discountMinor: totals.discountMinor,
      shippingMinor: rate.amountMinor,
      taxMinor: totals.taxMinor,
      total: { amountMinor: totals.totalMinor, currency: cart.currency },
      shippingMethod: rate.method,
      shippingLabel: rate.label,
      shippingAddress: request.shippingAddress,
      billingAddress: request.billingAddress,
      ...(request.usedAddresses === undefined ? {} : { usedAddresses: request.usedAddresses }),
      fingerprint: priceFingerprint(cart.currency, taxed),
      expiresAt: addMs(tx.now, context.timing.quoteTtlMs),
      createdAt: tx.now,
    }
    // Of a cart that lives outside the database, the version that is quoted is written here, so that prepare finds it.
    await Promise.all([copy && tx.carts.keep({ copies: [copy] }), tx.quotes.insert(quote)])
    return quote
  })
}

interface LoadedCart {
  readonly cart: Cart
  /** The cart as the live store has it, when that is where it is. */
  readonly copy: CartCopy | undefined
  readonly sellables: ReadonlyMap<string, Sellable>
}

async function loadCart(context: Context, { cartId, actor }: QuoteRequest): Promise<LoadedCart> {
  const owner = ownerFilter(actor)
  const live = await context.liveCarts?.find({ cartId, owner })
  const loaded = await context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const found = await findCart(snapshot.carts, { cartId, owner, live })
      if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
      const { cart, copy } = found
      const status = cart.status === 'active' && cart.expiresAt <= snapshot.now ? 'expired' : cart.status
      if (status !== 'active') throw new CommerceError('CART_CLOSED', { details: { cartId: cart.id, status } })
      if (cart.lines.length === 0) throw new CommerceError('CART_EMPTY', { details: {} })
      const rows = await snapshot.catalog.sellables({ skus: cart.lines.map((line) => line.sku), currency: cart.currency })
      return { cart, copy, sellables: new Map(rows.map((row) => [row.sku, row])) }
    },
    { fresh: true },
  )
  // A copy that was overruled must not call the quote's version an old one later.
  if (live?.answer === 'here' && loaded.copy === undefined) await context.liveCarts?.drop({ cartId, seen: live.copy })
  return loaded
}

function quoteLines(cart: Cart, sellables: ReadonlyMap<string, Sellable>): QuoteLine[] {
  const problems: LineProblem[] = []
  const lines = cart.lines.flatMap((line): QuoteLine[] => {
    const sellable = sellables.get(line.sku)
    if (!isBuyable(sellable)) {
      problems.push(unavailable(line.sku, sellable))
      return []
    }
    const unitMinor = sellable.price.amountMinor
    return [
      {
        sku: line.sku,
        variantId: sellable.variantId,
        productId: sellable.productId,
        title: sellable.title,
        options: sellable.options,
        quantity: line.quantity,
        unitMinor,
        totalMinor: multiplyMinor(unitMinor, line.quantity),
        discountMinor: 0,
        taxMinor: 0,
        ...stockTerms(sellable),
      },
    ]
  })
  if (problems.length > 0) throw new CommerceError('CART_PROBLEMS', { details: { problems } })
  return lines
}

async function chooseRate(
  context: Context,
  request: QuoteRequest,
  cart: Cart,
  lines: readonly QuoteLine[],
  sellables: ReadonlyMap<string, Sellable>,
): Promise<ShippingRate> {
  const rates = await context.shipping.rates({
    currency: cart.currency,
    shippingAddress: request.shippingAddress,
    subtotalMinor: sumMinor(lines.map((line) => line.totalMinor)),
    weightGrams: sumMinor(lines.map((line) => multiplyMinor(sellables.get(line.sku)?.weightGrams ?? 0, line.quantity))),
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  })
  const rate = rates.find((candidate) => candidate.method === request.shippingMethod)
  if (rate === undefined) {
    throw new CommerceError('SHIPPING_UNAVAILABLE', { details: { method: request.shippingMethod, available: rates.map(({ method }) => method) } })
  }
  return rate
}

/** Refuses what no configured provider can charge exactly, before anything is reserved. A total of zero needs no provider. */
function requireChargeable(context: Context, amountMinor: number, currency: string): void {
  const reasons: string[] = []
  for (const provider of context.providers.values()) {
    const answer = provider.chargeable({ amountMinor, currency })
    if (answer.chargeable) return
    reasons.push(`${provider.name}: ${answer.reason}`)
  }
  if (amountMinor === 0 || reasons.length === 0) return
  throw new CommerceError('AMOUNT_NOT_CHARGEABLE', { details: { amountMinor, currency, reason: reasons.join('; ') } })
}
