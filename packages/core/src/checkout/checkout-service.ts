import { type Actor, actorRecord, ownerFilter } from '../actor.ts'
import type { Cart } from '../cart/cart.ts'
import type { Context } from '../context.ts'
import { countCodeAttempt } from '../credit/count-code-attempt.ts'
import { creditChoice } from '../credit/gift-card-code.ts'
import { CommerceError } from '../errors.ts'
import type { IdempotencyKeyId, IdempotencyRecord } from '../idempotency/idempotency-store.ts'
import { claimedOrThrow, idempotencyScope, refusalError } from '../idempotency/run-idempotent.ts'
import type { CartId, OrderId, QuoteId } from '../ids.ts'
import type { StockClaim } from '../inventory/stock.ts'
import { cancelOrder } from '../orders/cancel-order.ts'
import { closeOrder } from '../orders/close-order.ts'
import type { Order } from '../orders/order.ts'
import type { OrderView } from '../orders/order-view.ts'
import { parseInput } from '../parse-input.ts'
import { requireChargeableBy, requireProvider } from '../payments/call-provider.ts'
import { checkPayment, isUnanswered } from '../payments/check-payment.ts'
import { isOpen, type Payment } from '../payments/payment.ts'
import { type PlacedRecord, runPayment } from '../payments/run-payment.ts'
import { dueOf, type Quote } from '../pricing/quote.ts'
import type { ShippingRate } from '../pricing/shipping-rates.ts'
import { limitedSubject } from '../runtime/rate-rules.ts'
import { addMs } from '../time.ts'
import {
  type CancelInput,
  cancelInput,
  type PayInput,
  type PlaceInput,
  payInput,
  type QuoteInput,
  quoteInput,
  type ResumeInput,
  resumeInput,
  type ShippingRatesInput,
  shippingRatesInput,
} from './checkout-input.ts'
import { chooseAddresses } from './choose-addresses.ts'
import { findRecord, readCartAndQuote, requireCartAndQuote } from './find-placement.ts'
import { makeQuote, priceCart, taxCustomer } from './make-quote.ts'
import { newAttempt } from './new-attempt.ts'
import { payPrepared } from './pay-prepared.ts'
import { readPlaceRequest, requirePayment } from './place-request.ts'
import { loadPlacement, type Placed, placement, replayPlacement } from './placement.ts'
import { type PrepareRequest, type PrepareResult, prepareOrder, reservedUnits } from './prepare-order.ts'
import { quoteAgain } from './quote-addition.ts'
import { shippingOptions } from './shipping-options.ts'

/** How often a cart or price that changes under the buyer's hands is quoted again before giving up. */
const maxQuotes = 3

/** Turns one cart into one order. */
export class CheckoutService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Says what the cart costs at this address: prices, shipping, tax, total. Reserves nothing. Immutable and good for `timing.quoteTtlMs`.
   *
   * @param params - an address, or `{ addressId }` of the customer's own address book; or, for a method by which the buyer fetches the goods, `pickup` with their
   * name. `taxId` and `taxExemption` are for the host to say once it has checked them: they can make a sale free of tax, so never pass on what a buyer sends.
   * `credits` says which gift cards, by their codes, and whether the customer's store credit are to pay, `maxMinor` at most; what they leave is `dueMinor` of the quote,
   * never so little that no payment provider can charge it. They are kept with the quote, the codes are not.
   * @throws NOT_FOUND, CART_CLOSED, CART_EMPTY, CART_PROBLEMS, SHIPPING_UNAVAILABLE, AMOUNT_NOT_CHARGEABLE, GIFT_CARD_UNUSABLE, FORBIDDEN for store credit of a guest, RATE_LIMITED; DEPENDENCY_UNAVAILABLE when the shop's tax calculator or
   * shipping rates do not answer
   */
  async quote(params: QuoteInput): Promise<Quote> {
    const { actor, cartId, shippingAddress, billingAddress, pickup, credits, ...rest } = parseInput(quoteInput, params)
    if (credits !== undefined && credits.giftCards.length > 0) await countCodeAttempt(this.#context, actor)
    const chosen = await chooseAddresses(this.#context, actor, { shipping: shippingAddress, billing: billingAddress ?? shippingAddress })
    const shipTo = chosen.shippingAddress ?? pickup
    if (shipTo === undefined) throw new TypeError('the input lets through an address or a pickup')
    return makeQuote(this.#context, { ...rest, ...chosen, actor, cartId: cartId as CartId, shipTo, credits: credits && creditChoice(credits) })
  }

  /**
   * How the cart can be shipped to this address and for how much, for a choice before the quote; without an address, where it can be fetched.
   *
   * @param params - an address, or `{ addressId }` of the customer's own address book.
   * @returns an empty list when it cannot be shipped there.
   * @throws NOT_FOUND, CART_CLOSED, CART_EMPTY, CART_PROBLEMS, DEPENDENCY_UNAVAILABLE, ANSWER_INVALID
   */
  async shippingRates(params: ShippingRatesInput): Promise<readonly ShippingRate[]> {
    const { actor, cartId, shippingAddress } = parseInput(shippingRatesInput, params)
    const chosen = await chooseAddresses(this.#context, actor, { shipping: shippingAddress, billing: undefined })
    const priced = await priceCart(this.#context, { actor, cartId: cartId as CartId })
    return shippingOptions(this.#context, { ...priced, currency: priced.cart.currency }, chosen.shippingAddress, taxCustomer(priced, {}))
  }

  /**
   * Reserves the stock, writes the order and starts the payment. Whatever happens on the way, repeating the call with the same `idempotencyKey` gives the
   * outcome of the one order it made; a crash is finished by the worker.
   *
   * @param params - `expectedTotal` is what the buyer saw and agreed to: it is compared, never charged; so is `expectedDue`, what was left beside credit, where it is
   * given. `quoteId` defaults to the cart's newest quote. `payment` may be left out only when nothing is due.
   * @throws TOTAL_CHANGED, DUE_CHANGED, OUT_OF_STOCK, CART_CLOSED (stored with the key); CREDIT_INSUFFICIENT when a gift card was spent since, QUOTE_MISSING, QUOTE_STALE, CHECKOUT_IN_PROGRESS, PROVIDER_UNKNOWN,
   * IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT, ORDER_CLOSED, RATE_LIMITED before anything is done, and what `quote` throws
   */
  async place(params: PlaceInput): Promise<Placed> {
    const { input, key, digest } = readPlaceRequest(params)
    const { actor, payment, expectedTotal, expectedDue } = input
    await this.#countAttempt(actor)
    await this.#context.probe('place.begin')
    const started = await this.#begin(key, digest, actor, input.cartId as CartId, input.quoteId as QuoteId | undefined)
    if ('record' in started) return this.#replay(started.record)
    if (payment !== undefined) requireProvider(this.#context, payment.provider)
    if ('abandoned' in started) return this.#pay(await this.#takeOver(key, digest), key, actor)

    requirePayment(payment, started.quote)
    const request = { actor, cart: started.cart, expectedTotal, expectedDue, payment, email: input.email ?? null, key, fingerprint: digest }
    const prepared = await this.#admitted(started.cart.id, reservedUnits(started.quote), () => this.#prepare(request, started.quote))
    await this.#context.probe('place.prepared')
    return this.#pay(prepared, key, actor)
  }

  /**
   * Asks for the money of an order that `using(transaction).checkout.prepare` has written, once the host has committed. Whatever happens on the way, repeating
   * the call gives the outcome of the one order.
   *
   * @param params - the actor and the key that `prepare` was given.
   * @throws NOT_FOUND when there is no such key, as after a rollback; IDEMPOTENCY_IN_FLIGHT, ORDER_CLOSED, PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE, and the
   * refusal that `prepare` ended with
   */
  async pay(params: PayInput): Promise<Placed> {
    const { actor, idempotencyKey } = parseInput(payInput, params)
    return payPrepared(this.#context, actor, idempotencyKey)
  }

  /**
   * Goes on with a pending order: with `payment`, tries another way to pay after a decline; without, learns what became of the payment after the buyer has
   * acted (3-D Secure, redirect).
   *
   * @throws NOT_FOUND, ORDER_CLOSED, CHECKOUT_IN_PROGRESS while an earlier payment may still succeed, PROVIDER_UNAVAILABLE, IDEMPOTENCY_KEY_REUSED,
   * IDEMPOTENCY_IN_FLIGHT, RATE_LIMITED
   */
  async resume(params: ResumeInput): Promise<Placed> {
    const { actor, orderId, payment, idempotencyKey } = parseInput(resumeInput, params)
    await this.#countAttempt(actor)
    const order = await this.#findOrder(actor, orderId as OrderId)
    if (payment === undefined) return this.#refresh(order, actor)
    const key = { scope: idempotencyScope(actor), operation: 'checkout.resume', key: idempotencyKey }
    const attempt = await this.#context.storage.transaction(this.#context.clock.now(), (tx) =>
      newAttempt(this.#context, tx, { orderId: order.id, choice: payment, key, actor }),
    )
    await this.#context.probe('place.prepared')
    return this.#pay(attempt, key, actor)
  }

  /**
   * Gives up a pending order: ends its payment at the provider, then releases stock. Staff may also cancel a confirmed order that has not shipped; its money
   * is refunded. Cancelling twice does nothing more.
   *
   * @throws NOT_FOUND, ORDER_CLOSED, CHECKOUT_IN_PROGRESS, PROVIDER_UNAVAILABLE
   */
  async cancel(params: CancelInput): Promise<OrderView> {
    const { actor, orderId, reason } = parseInput(cancelInput, params)
    return cancelOrder(this.#context, { actor, orderId: orderId as OrderId, reason: reason ?? null })
  }

  /** Who holds units already need not stand before the gate, which counts only what is left. */
  async #admitted<T>(cartId: CartId, units: readonly StockClaim[], work: () => Promise<T>): Promise<T> {
    const { admission, storage, clock } = this.#context
    if (!admission.concerns(units)) return work()
    const hold = await storage.snapshot(clock.now(), ({ carts }) => carts.holdOf({ cartId }), { fresh: true })
    return hold === undefined ? admission.guarding(cartId, units, work) : work()
  }

  /** @throws RATE_LIMITED */
  async #countAttempt(actor: Actor): Promise<void> {
    const subject = limitedSubject(actor)
    if (subject !== undefined) await this.#context.rates.require({ rule: 'checkout', subject })
  }

  /** The key's earlier record if there is one to answer from, whether a run was cut off that must be finished, else the cart and the quote to place. */
  async #begin(key: IdempotencyKeyId, digest: string, actor: Actor, cartId: CartId, quoteId: QuoteId | undefined) {
    return this.#context.storage.snapshot(
      this.#context.clock.now(),
      async (snapshot): Promise<{ record: IdempotencyRecord } | { abandoned: true } | { cart: Cart; quote: Quote }> => {
        const [record, found] = await Promise.all([findRecord(snapshot, key, digest), readCartAndQuote(snapshot, actor, cartId, quoteId)])
        if (record?.state === 'finished') return { record }
        if (record !== undefined && record.lockedUntil > snapshot.now) throw new CommerceError('IDEMPOTENCY_IN_FLIGHT', { details: {} })
        if (record !== undefined && record.result !== null) return { abandoned: true }
        return requireCartAndQuote(found)
      },
      { fresh: true },
    )
  }

  /** Claims the key of a run that was cut off after it had written its order. */
  async #takeOver(key: IdempotencyKeyId, digest: string): Promise<PrepareResult & { outcome: 'repeated' }> {
    const { storage, clock, timing } = this.#context
    return storage.transaction(clock.now(), async (tx) => {
      const times = { lockedUntil: addMs(tx.now, timing.lockMs), expiresAt: addMs(tx.now, timing.idempotencyTtlMs) }
      const claim = await tx.idempotency.claim({ ...key, fingerprint: digest, ...times })
      if (claim.outcome === 'finished') return { outcome: 'repeated', record: claim.record, fence: null }
      const { fence, takenOver } = claimedOrThrow(claim)
      if (takenOver === null) throw new CommerceError('CONFLICT', { details: { object: 'idempotency key' } })
      return { outcome: 'repeated', record: takenOver, fence }
    })
  }

  /** Prepares, quoting again when cart or prices have moved and making way when an earlier attempt is dead. */
  async #prepare(request: Omit<PrepareRequest, 'quote'>, firstQuote: Quote): Promise<PrepareResult & { outcome: 'prepared' | 'repeated' }> {
    let quote = firstQuote
    for (let attempt = 0; attempt < maxQuotes; attempt += 1) {
      await this.#context.probe('place.quoted')
      if (request.payment !== undefined) requireChargeableBy(requireProvider(this.#context, request.payment.provider), dueOf(quote))
      const result = await this.#prepareOnce({ ...request, quote })
      if (result.outcome === 'refused') throw result.error
      if (result.outcome === 'prepared' || result.outcome === 'repeated') return result
      if (result.outcome === 'live_order') await this.#supersede(result.orderId, request.actor)
      else quote = await quoteAgain(this.#context, quote, request.actor)
    }
    throw new CommerceError('QUOTE_STALE', { details: {} })
  }

  /** A cart that lives outside the database is frozen there first; which of two checkouts has it, the database decides. */
  async #prepareOnce(request: PrepareRequest): Promise<PrepareResult> {
    if ((await this.#context.liveCarts?.freeze(request.quote)) === false) return { outcome: 'stale' }
    return prepareOrder(this.#context, request)
  }

  /** Cancels an earlier attempt of the same cart, if none of its payments can succeed any more or the one that could is ended at the provider. */
  async #supersede(orderId: OrderId, actor: Actor): Promise<void> {
    const payments = await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.payments.ofOrder({ orderId }), { fresh: true })
    const busy = payments.some((payment) => payment.status === 'created' || payment.status === 'processing')
    if (busy) throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId } })
    try {
      await closeOrder(this.#context, {
        orderId,
        event: 'cancel',
        confirmedToo: false,
        actor: actorRecord(actor),
        reason: 'superseded by a new checkout of the same cart',
      })
    } catch (error) {
      throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId }, cause: error })
    }
  }

  async #pay(prepared: PrepareResult & { outcome: 'prepared' | 'repeated' }, key: IdempotencyKeyId, actor: Actor): Promise<Placed> {
    if (prepared.outcome === 'repeated' && prepared.fence === null) return this.#replay(prepared.record)
    const fence = prepared.fence ?? 0
    const placed = prepared.outcome === 'prepared' ? prepared : await loadPlacement(this.#context, prepared.record.result as PlacedRecord)
    // A run that was cut off before its answer is taken up where it was: the same key asks for the same payment, where a look could fail, or find nothing yet.
    if (placed.payment !== null && (prepared.outcome === 'prepared' || (await isUnanswered(this.#context, placed.payment)))) {
      const run = await runPayment(this.#context, placed.order, placed.payment, { ...key, fence }, actorRecord(actor))
      await this.#letGo(run.order)
      return placement(run.order, run.payment, run.decline)
    }
    const { order, payment } = await this.#lookedAt(placed)
    const result: PlacedRecord = { orderId: order.id, paymentId: payment?.id ?? null }
    await this.#context.storage.transaction(this.#context.clock.now(), (tx) => tx.idempotency.finish({ ...key, fence, result }))
    await this.#letGo(order)
    return placement(order, payment, undefined)
  }

  /** Lets go of the live copy of a cart that was ordered. Where that is missed, whoever next looks at the copy finds that the database has closed the cart. */
  async #letGo({ cartId, status }: Order): Promise<void> {
    if (status === 'confirmed') await this.#context.liveCarts?.drop({ cartId })
  }

  /** Looks at a payment of which the provider has told, or that is too old to be begun again. */
  async #lookedAt({ order, payment }: { order: Order; payment: Payment | null }): Promise<{ order: Order; payment: Payment | null }> {
    return payment === null || !isOpen(payment.status) ? { order, payment } : checkPayment(this.#context, payment, order)
  }

  async #replay(record: IdempotencyRecord): Promise<Placed> {
    if (record.error !== null) throw refusalError(record.error)
    return replayPlacement(this.#context, record.result as PlacedRecord)
  }

  async #findOrder(actor: Actor, orderId: OrderId): Promise<Order> {
    const owner = ownerFilter(actor)
    const order = await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.orders.find({ key: { id: orderId }, owner }), {
      fresh: true,
    })
    if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
    return order
  }

  /** Re-reads the order's newest payment at the provider, or begins it again if it has no answer. */
  async #refresh(order: Order, actor: Actor): Promise<Placed> {
    const payments = await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.payments.ofOrder({ orderId: order.id }), {
      fresh: true,
    })
    const payment = payments.at(-1) ?? null
    if (payment === null || !isOpen(payment.status)) return placement(order, payment, undefined)
    if (await isUnanswered(this.#context, payment)) {
      const run = await runPayment(this.#context, order, payment, null, actorRecord(actor))
      return placement(run.order, run.payment, run.decline)
    }
    const checked = await checkPayment(this.#context, payment, order)
    return placement(checked.order, checked.payment, undefined)
  }
}
