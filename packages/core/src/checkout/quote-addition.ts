import type { Actor } from '../actor.ts'
import type { CartLine } from '../cart/cart.ts'
import { decideCart } from '../cart/cart-rules.ts'
import { newCart } from '../cart/new-cart.ts'
import type { Context } from '../context.ts'
import type { WantedCredit } from '../credit/choose-credit.ts'
import type { OrderId } from '../ids.ts'
import type { Quote } from '../pricing/quote.ts'
import { type AddedTo, readAddedTo } from './added-to.ts'
import { makeQuote, type QuoteRequest, requestOf } from './make-quote.ts'

/** What somebody wants to add to an order. */
export interface AdditionRequest {
  readonly actor: Actor
  readonly orderId: OrderId
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly credits: WantedCredit | undefined
}

/**
 * Prices what is to be added to an order, in a cart of its own that nobody sees. Asks the shipping and tax ports, so it must be called outside every transaction.
 *
 * @throws NOT_FOUND, ORDER_CLOSED, CART_LIMIT, and what `makeQuote` throws
 */
export async function quoteAddition(context: Context, { actor, orderId, lines, credits }: AdditionRequest): Promise<Quote> {
  const addedTo = await readAddedTo(context, actor, orderId)
  const { order, now } = addedTo
  const rules = { limits: context.limits, cartTtlMs: context.timing.cartTtlMs }
  const unseen = lines.map((line): CartLine => ({ ...line, seenUnitMinor: null }))
  const cart = decideCart(newCart(context, order, order.currency, now), { type: 'add_all', lines: unseen }, now, rules)
  return makeQuote(context, { ...termsOf(addedTo), actor, cartId: cart.id, cart, credits })
}

/** Makes a quote that has gone stale anew: of a cart, or of what is added to an order, which may have changed as well. @throws as what made it */
export async function quoteAgain(context: Context, quote: Quote, actor: Actor): Promise<Quote> {
  const request = requestOf(quote, actor)
  if (quote.addsTo === undefined) return makeQuote(context, request)
  const addedTo = await readAddedTo(context, actor, quote.addsTo.orderId)
  const { cartId, credits } = request
  return makeQuote(context, { ...termsOf(addedTo), actor, cartId, credits })
}

/** What an addition has in common with its order. */
function termsOf(addedTo: AddedTo): Omit<QuoteRequest, 'actor' | 'cartId'> {
  const { shippingAddress, billingAddress, shippingMethod, taxId, taxExemption } = addedTo.order
  return { addedTo, shipTo: shippingAddress, billingAddress, shippingMethod, taxId: taxId ?? undefined, taxExemption: taxExemption ?? undefined }
}
