import { actorRecord, requireStaff } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { IdempotencyRecord } from '../idempotency/idempotency-store.ts'
import { refusalError } from '../idempotency/run-idempotent.ts'
import type { CartId, OrderId, PaymentId, QuoteId } from '../ids.ts'
import type { Order } from '../orders/order.ts'
import { type OrderView, viewOrder } from '../orders/order-view.ts'
import { parseInput } from '../parse-input.ts'
import { requireChargeableBy, requireProvider } from '../payments/call-provider.ts'
import type { Payment } from '../payments/payment.ts'
import type { ProviderChange, ProviderPayment } from '../payments/payment-provider.ts'
import { bookAnswer, type PlacedRecord, type RunningKey } from '../payments/run-payment.ts'
import { dueOf } from '../pricing/quote.ts'
import { type FinaliseInput, finaliseInput, type PlaceInput } from './checkout-input.ts'
import { findRecord, readCartAndQuote, requireCartAndQuote } from './find-placement.ts'
import { readPlaceRequest, requirePayment } from './place-request.ts'
import { loadPlacement, type Placed, placement } from './placement.ts'
import { prepareOrder } from './prepare-order.ts'

/** The answer to `prepare`. */
export interface Prepared {
  /** `prepared`: to be paid once the host has committed; `confirmed`: free, or paid already by an earlier call with the key. */
  readonly outcome: 'prepared' | 'confirmed'
  readonly order: OrderView
  /** What `finalise` asks for; null for an order that costs nothing. */
  readonly payment: { readonly id: PaymentId; readonly version: number } | null
}

/** The two phases of checkout that are transactions, in a transaction of the host. What is between them, asking for the money, has no place in one. */
export class HostCheckout {
  readonly #context: Context

  /** @param context - whose storage stands for the host's transaction */
  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Reserves the stock and writes the order and its payment. After the host has committed, `commerce.checkout.pay` with the same actor and key asks for the
   * money; should the process die before, the worker does it once `timing.lockMs` has passed. Repeating the call with its `idempotencyKey`, in this
   * transaction or a later one, gives the same order.
   *
   * @param params - as for `checkout.place`. A refusal is stored with the key if the host commits all the same.
   * @throws TOTAL_CHANGED, DUE_CHANGED, OUT_OF_STOCK, CART_CLOSED, CREDIT_INSUFFICIENT, QUOTE_MISSING, PROVIDER_UNKNOWN, AMOUNT_NOT_CHARGEABLE, ORDER_CLOSED,
   * IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT; QUOTE_STALE when the cart or its prices have moved: quote again outside the transaction; CHECKOUT_IN_PROGRESS when the cart has
   * another pending order: cancel or resume it outside; CONFLICT
   */
  async prepare(params: PlaceInput): Promise<Prepared> {
    const { input, key, digest } = readPlaceRequest(params)
    const { actor, payment, expectedTotal, expectedDue } = input
    const found = await this.#context.storage.snapshot(this.#context.clock.now(), async (snapshot) => {
      const record = await findRecord(snapshot, key, digest)
      // A key without either belongs to a call that still runs, or that left nothing: claiming it will tell.
      if (record !== undefined && (record.result !== null || record.error !== null)) return { record }
      return requireCartAndQuote(await readCartAndQuote(snapshot, actor, input.cartId as CartId, input.quoteId as QuoteId | undefined))
    })
    if ('record' in found) return this.#again(found.record)

    const { cart, quote } = found
    requirePayment(payment, quote)
    if (payment !== undefined) requireChargeableBy(requireProvider(this.#context, payment.provider), dueOf(quote))
    const request = { actor, cart, quote, expectedTotal, expectedDue, payment, email: input.email ?? null, key, fingerprint: digest }
    const result = await prepareOrder(this.#context, request)
    switch (result.outcome) {
      case 'prepared':
        return prepared(result.order, result.payment)
      case 'repeated':
        return this.#again(result.record)
      case 'refused':
        throw result.error
      case 'stale':
        throw new CommerceError('QUOTE_STALE', { details: {} })
      case 'live_order':
        throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId: result.orderId } })
    }
  }

  /**
   * Books what a provider said of a prepared order's payment, for hosts that ask it themselves: confirms the order, keeps it waiting, or takes note of the
   * refusal, as after `pay`. Staff only. Safe to repeat. Ask the provider with the key `start:<payment id>` and our ids in its metadata: the worker, which
   * finishes what nobody has finished by `timing.lockMs`, then finds the same payment instead of making another.
   *
   * @param params - `payment` as `prepare` or `payments.ofOrder` gave it before the provider was asked: older news than its `version` changes nothing.
   * @throws NOT_FOUND, FORBIDDEN, ORDER_CLOSED when the order ended meanwhile (what was booked stays booked: its money goes back), CONFLICT
   */
  async finalise(params: FinaliseInput): Promise<Placed> {
    const { actor, orderId, payment: seen, answer } = parseInput(finaliseInput, params)
    requireStaff(actor)
    const { order, payment } = await loadPlacement(this.#context, { orderId: orderId as OrderId, paymentId: seen.id as PaymentId })
    if (payment === null || payment.orderId !== order.id) throw new CommerceError('NOT_FOUND', { details: { object: 'payment' } })
    const key = await this.#runningKey(payment)
    const said = answer as ProviderChange<ProviderPayment>
    const booked = await bookAnswer(this.#context, order, { ...payment, version: seen.version }, said, key, actorRecord(actor))
    return placement(booked.order, booked.payment, booked.decline)
  }

  /** What an earlier call with the key has come to. */
  async #again(record: IdempotencyRecord): Promise<Prepared> {
    if (record.error !== null) throw refusalError(record.error)
    const { order, payment } = await loadPlacement(this.#context, record.result as PlacedRecord)
    return prepared(order, payment)
  }

  /** The key of the call that made the payment, if it has not come to its end. */
  async #runningKey({ idempotency: key }: Payment): Promise<RunningKey> {
    if (key === null) return null
    const record = await this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.idempotency.find(key))
    return record?.state === 'in_progress' ? { ...key, fence: record.fence } : null
  }
}

/** @throws ORDER_CLOSED */
function prepared(order: Order, payment: Payment | null): Prepared {
  if (order.status !== 'pending' && order.status !== 'confirmed')
    throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
  const outcome = order.status === 'pending' ? 'prepared' : 'confirmed'
  return { outcome, order: viewOrder(order), payment: payment === null ? null : { id: payment.id, version: payment.version } }
}
