import { type Actor, actorRecord } from '../actor.ts'
import type { Cart } from '../cart/cart.ts'
import { isBuyable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { takeCredit } from '../credit/order-credit.ts'
import { CommerceError, type ErrorCode, type ErrorDetails, isCommerceError } from '../errors.ts'
import type { IdempotencyKeyId, IdempotencyRecord } from '../idempotency/idempotency-store.ts'
import { claimedOrThrow } from '../idempotency/run-idempotent.ts'
import type { CartId, OrderId, ReservationId } from '../ids.ts'
import { mergeClaims } from '../inventory/allocation.ts'
import { reserveStock } from '../inventory/reserve-stock.ts'
import type { Allocation, StockClaim } from '../inventory/stock.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import type { ReserveMethod } from '../inventory/stock-store.ts'
import { trackedSkus } from '../inventory/stock-units.ts'
import type { Money } from '../money/money.ts'
import { lockAddedTo, noteAddition } from '../orders/add-to-order.ts'
import { dueMinor, type Order } from '../orders/order.ts'
import { advanceOrder } from '../orders/order-rules.ts'
import { recordOrderChange, saveOrder } from '../orders/order-writer.ts'
import { secureStock } from '../orders/secure-stock.ts'
import type { Payment } from '../payments/payment.ts'
import { recordPaymentChange } from '../payments/payment-writer.ts'
import type { PlacedRecord } from '../payments/run-payment.ts'

import { unitPrice } from '../pricing/list-price.ts'
import { dueOf, priceFingerprint, type Quote } from '../pricing/quote.ts'
import { hasRestockDate, lineClaims, stockTerms } from '../pricing/stock-terms.ts'
import { redeemPromotions } from '../promotions/redeem-promotions.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import type { PaymentChoice } from './checkout-input.ts'
import { newOrder, newPayment } from './new-order.ts'
import { requirePayment } from './place-request.ts'
import { type HeldOrder, takeHold } from './take-hold.ts'

/** The whole of what prepare needs, as plain data. */
export interface PrepareRequest {
  readonly actor: Actor
  readonly cart: Pick<Cart, 'id' | 'customerId' | 'guestTokenHash'>
  readonly quote: Quote
  readonly expectedTotal: Money
  /** What the buyer saw to be left beside credit; undefined when nobody has asked. */
  readonly expectedDue: Money | undefined
  readonly payment: PaymentChoice | undefined
  readonly email: string | null
  readonly key: IdempotencyKeyId
  readonly fingerprint: string
}

export type PrepareResult =
  | { readonly outcome: 'prepared'; readonly order: Order; readonly payment: Payment | null; readonly fence: number }
  /** The same call has run before, or was cut off after preparing; `fence` is null once it has finished. */
  | { readonly outcome: 'repeated'; readonly record: IdempotencyRecord; readonly fence: number | null }
  /** A definitive refusal, stored with the key. */
  | { readonly outcome: 'refused'; readonly error: CommerceError }
  /** The cart or its prices are no longer those of the quote. */
  | { readonly outcome: 'stale' }
  /** The cart has a pending order of an earlier attempt. */
  | { readonly outcome: 'live_order'; readonly orderId: OrderId }

/** Carries an outcome out of a transaction that must leave nothing behind. */
class RolledBack extends Error {
  readonly result: PrepareResult
  /** Whether a refusal is stored with the key, after all. */
  readonly isFinal: boolean
  constructor(result: PrepareResult, { isFinal = false } = {}) {
    super('prepare rolled back')
    this.result = result
    this.isFinal = isFinal
  }
}

/** How many orders' numbers may be taken in a row. Of 10^8 orders one in ten thousand meets another's number once; three times is a broken source of randomness. */
const maxNumbers = 4

/**
 * The second phase of checkout, in one transaction: claims the key, freezes the cart, compares prices and total, reserves the stock, writes order and
 * payment, and takes what credit pays. All or nothing, but for definitive refusals, which leave just the finished key.
 *
 * @throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT; CREDIT_INSUFFICIENT, which leaves nothing: what another order gives back may be spent then; of an addition, and
 * with nothing left either, NOT_FOUND, ORDER_CLOSED and CART_LIMIT
 */
export async function prepareOrder(context: Context, request: PrepareRequest): Promise<PrepareResult> {
  const { cartId, lines, addsTo } = request.quote
  for (let numbers = 1; ; numbers += 1) {
    try {
      return await context.stock.reserving({ subjects: addsTo === undefined ? [cartId] : [cartId, addsTo.orderId], skus: trackedSkus(lines) }, (tx, method) =>
        prepare(context, tx, request, method),
      )
    } catch (error) {
      if (error instanceof RolledBack)
        return error.isFinal && error.result.outcome === 'refused' ? storeRefusal(context, request, error.result.error) : error.result
      // Nothing was written; the next run draws another number.
      if (!isNumberTaken(error) || numbers === maxNumbers) throw error
    }
  }
}

function isNumberTaken(error: unknown): boolean {
  return isCommerceError(error, 'CONFLICT') && error.details.object === 'order number'
}

/** Claims the call's key. @throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT */
async function claimKey(context: Context, tx: StorageTransaction, request: PrepareRequest) {
  const claim = await tx.idempotency.claim({
    ...request.key,
    fingerprint: request.fingerprint,
    lockedUntil: addMs(tx.now, context.timing.lockMs),
    expiresAt: addMs(tx.now, context.timing.idempotencyTtlMs),
  })
  if (claim.outcome === 'finished') return { outcome: 'repeated', record: claim.record, fence: null } as const
  const { fence, takenOver } = claimedOrThrow(claim)
  if (takenOver !== null && takenOver.result !== null) return { outcome: 'repeated', record: takenOver, fence } as const
  return { outcome: 'claimed', fence } as const
}

async function prepare(context: Context, tx: StorageTransaction, request: PrepareRequest, method: ReserveMethod): Promise<PrepareResult> {
  const claimed = await claimKey(context, tx, request)
  if (claimed.outcome === 'repeated') return claimed
  const { fence } = claimed
  await context.probe('place.prepare.claimed')

  const orderId = context.ids.next<OrderId>()
  const { refusal, hold, addedTo } = await findObstacle(tx, request, orderId)
  if (refusal !== undefined) return refuse(tx, request, fence, refusal)

  const reservation = await reserveLines(context, tx, request.quote, { orderId, hold }, method)
  if (reservation instanceof CommerceError) return refuse(tx, request, fence, reservation)
  await context.probe('place.prepare.reserved')

  const written = await writeOrder(context, tx, request, { orderId, ...reservation, addedTo, fence })
  await context.probe('place.prepare.written')
  return { outcome: 'prepared', ...written, fence }
}

/** What keeps an order from being written, if anything does, else what it is written with: the reservation that holds the cart's units and the order it adds to, if there are any. */
interface Obstacle {
  readonly refusal?: CommerceError
  readonly hold?: ReservationId
  readonly addedTo?: Order
}

/** Guards the cart, its prices and the total the buyer agreed to. Rolls back for what a new quote or a dead attempt can mend; returns what is final. */
async function findObstacle(tx: StorageTransaction, request: PrepareRequest, orderId: OrderId): Promise<Obstacle> {
  const { quote } = request
  const [frozen, live, rows] = await Promise.all([
    tx.carts.freeze({ cartId: quote.cartId, version: quote.cartVersion, orderId }),
    // Read under the cart's lock: of many placing one cart, all but the first then see its order, and none writes another against it.
    tx.orders.liveForCart({ cartId: quote.cartId }),
    tx.catalog.sellables({ skus: quote.lines.map((line) => line.sku), currency: quote.currency, customerId: request.cart.customerId }),
  ])
  if (live?.status === 'pending') throw new RolledBack({ outcome: 'live_order', orderId: live.id })
  if (frozen === 'closed' || live !== undefined) return { refusal: cartClosed(quote.cartId) }
  if (frozen === 'stale' || quote.expiresAt <= tx.now) throw new RolledBack({ outcome: 'stale' })

  const priced = rows.filter(isBuyable)
  const bySku = new Map(priced.map((row) => [row.sku, row]))
  const present = quote.lines.map(({ sku, quantity }) => {
    const row = bySku.get(sku)
    if (row === undefined) return { sku, quantity, unitMinor: -1, priceList: null, stockTracked: false, backorder: false, promotionRevision: 0 }
    const { amountMinor: unitMinor, priceList } = unitPrice(row, quantity)
    return { sku, quantity, unitMinor, priceList, ...stockTerms(row), promotionRevision: row.promotionRevision }
  })
  if (priceFingerprint(quote.currency, present) !== quote.fingerprint) throw new RolledBack({ outcome: 'stale' })

  // Locked after the cart and before the stock, as an order is locked before its stock by whoever ends it.
  const addedTo = quote.addsTo && (await lockAddedTo(tx, quote.addsTo, request.cart))
  if (addedTo === 'stale') throw new RolledBack({ outcome: 'stale' })

  const { expectedTotal: expected, expectedDue = dueOf(quote) } = request
  const { total, id: quoteId } = quote
  if (!isSameMoney(expected, total)) return { refusal: new CommerceError('TOTAL_CHANGED', { details: { expected, total, quoteId } }) }
  if (isSameMoney(expectedDue, dueOf(quote))) return { ...(frozen === 'frozen' ? {} : frozen), ...(addedTo === undefined ? {} : { addedTo }) }
  return { refusal: new CommerceError('DUE_CHANGED', { details: { expected: expectedDue, due: dueOf(quote), quoteId } }) }
}

function isSameMoney(a: Money, b: Money): boolean {
  return a.amountMinor === b.amountMinor && a.currency === b.currency
}

function cartClosed(cartId: CartId): CommerceError {
  return new CommerceError('CART_CLOSED', { details: { cartId, status: 'ordered' } })
}

async function refuse(tx: StorageTransaction, request: PrepareRequest, fence: number, error: CommerceError): Promise<PrepareResult> {
  const { code, message, details } = error
  await tx.idempotency.finish({ ...request.key, fence, error: { code, message, details } })
  return { outcome: 'refused', error }
}

/** What is reserved for a quote, one claim a SKU. */
export function reservedUnits(quote: Quote): readonly StockClaim[] {
  return mergeClaims(quote.lines.flatMap(lineClaims))
}

/** What an order has of the stock. */
export interface ReservedLines {
  readonly reservationId: ReservationId | null
  /** SKUs of which units are promised that are not there; looked for only where such units are expected on a day that is known. */
  readonly shortSkus: ReadonlySet<string>
}

async function reserveLines(
  context: Context,
  tx: StorageTransaction,
  quote: Quote,
  { orderId, hold }: { readonly orderId: OrderId; readonly hold: ReservationId | undefined },
  method: ReserveMethod,
): Promise<ReservedLines | CommerceError> {
  const claims = reservedUnits(quote)
  if (hold !== undefined) return reserveFromHold(context, tx, { hold, orderId, claims, cartId: quote.cartId }, quote.lines.some(hasRestockDate))
  if (claims.length === 0) return { reservationId: null, shortSkus: new Set() }
  const reservationId = context.ids.next<ReservationId>()
  const expiresAt = addMs(tx.now, context.timing.holdMs)
  const reserved = await reserveStock(tx, { reservationId, holder: { type: 'order', id: orderId }, claims, expiresAt, method })
  if (reserved.outcome === 'insufficient') return outOfStock(reserved)
  await availabilityChanged(context, tx, reserved.changes)
  return { reservationId, shortSkus: shortOf(reserved.allocations) }
}

function shortOf(lines: readonly Pick<Allocation, 'sku' | 'backordered'>[]): ReadonlySet<string> {
  return new Set(lines.filter(({ backordered }) => backordered > 0).map(({ sku }) => sku))
}

function outOfStock({ sku, requested, available }: ErrorDetails<'OUT_OF_STOCK'>): CommerceError {
  return new CommerceError('OUT_OF_STOCK' satisfies ErrorCode, { details: { sku, requested, available } })
}

/**
 * The order takes what the cart holds. When a unit beyond that is short, all is rolled back and the cart keeps its hold; the refusal is then not stored with the key,
 * and the same call may succeed later.
 */
async function reserveFromHold(context: Context, tx: StorageTransaction, params: HeldOrder, expecting: boolean): Promise<ReservedLines> {
  const taken = await takeHold(context, tx, params)
  if (taken.outcome === 'insufficient') throw new RolledBack({ outcome: 'refused', error: outOfStock(taken) })
  await availabilityChanged(context, tx, taken.changes)
  const { reservationId, allocations } = taken
  const reservation = expecting && allocations === undefined && reservationId !== null ? await tx.stock.findReservation({ reservationId }) : undefined
  return { reservationId, shortSkus: shortOf(allocations ?? reservation?.lines ?? []) }
}

/** What the order is written with: its id, the hold of its units, the order it adds to and the fence of its key. */
interface Written extends ReservedLines {
  readonly orderId: OrderId
  readonly addedTo: Order | undefined
  readonly fence: number
}

async function writeOrder(context: Context, tx: StorageTransaction, request: PrepareRequest, { orderId, fence, addedTo, ...reserved }: Written) {
  const actor = actorRecord(request.actor)
  // What is added to an order is told of where the order is: to whoever that turns out to be.
  const email = addedTo === undefined ? request.email : addedTo.email
  const placed = newOrder(context, tx.now, { ...request, email }, orderId, reserved)
  const { event, history } = recordOrderChange(context, tx.now, placed, { change: 'placed', actor })
  if ((await tx.orders.insert({ order: placed, history })) === 'cart_has_order') throw new CommerceError('CONFLICT', { details: { object: 'order' } })
  if (addedTo !== undefined) await noteAddition(context, tx, addedTo, placed, actor)
  const { usedAddresses: used } = request.quote
  if (used !== undefined && placed.customerId !== null) await tx.customers.noteUse({ orderId, customerId: placed.customerId, used })

  requirePayment(request.payment, request.quote)
  const redeemed = redeem(tx, placed)
  // Locks are taken in one order everywhere: stock, vouchers, credit.
  if (placed.creditMinor > 0) await redeemed
  const credit = takeCredit(context, tx, placed, request.quote.credits, actor)
  if (request.payment === undefined || dueMinor(placed) === 0) {
    await Promise.all([redeemed, credit.taken, tx.outbox.append([event, ...credit.events])])
    const order = await confirmFree(context, tx, request, placed)
    await tx.idempotency.finish({ ...request.key, fence, result: { orderId, paymentId: null } satisfies PlacedRecord })
    return { order, payment: null }
  }
  const payment = newPayment(context, tx.now, placed, request.payment, request.key)
  const paid = recordPaymentChange(context, tx.now, payment, actor)
  await Promise.all([
    redeemed,
    tx.payments.insert({ payment, history: paid.history }),
    credit.taken,
    tx.outbox.append([event, ...credit.events, paid.event]),
    tx.idempotency.progress({ ...request.key, fence, step: 'prepared', result: { orderId, paymentId: payment.id } satisfies PlacedRecord }),
  ])
  return { order: placed, payment }
}

/** Counts what promotions the order uses. What must not be, undoes the whole: the order was written on the understanding that it may. */
async function redeem(tx: StorageTransaction, placed: Order): Promise<void> {
  const obstacle = await redeemPromotions(tx, placed)
  if (obstacle === 'stale') throw new RolledBack({ outcome: 'stale' })
  if (obstacle !== undefined) throw new RolledBack({ outcome: 'refused', error: obstacle }, { isFinal: true })
}

/** Stores with the key, in a transaction of its own, a refusal that has undone everything. What another call with the key has come to meanwhile counts instead. */
async function storeRefusal(context: Context, request: PrepareRequest, error: CommerceError): Promise<PrepareResult> {
  return context.storage.transaction(context.clock.now(), async (tx) => {
    const claimed = await claimKey(context, tx, request)
    return claimed.outcome === 'repeated' ? claimed : refuse(tx, request, claimed.fence, error)
  })
}

/** What costs nothing, or is paid by credit, needs no payment: the order is a sale at once. */
async function confirmFree(context: Context, tx: StorageTransaction, request: PrepareRequest, placed: Order): Promise<Order> {
  const stock = await secureStock(context, tx, placed)
  if (stock.outcome === 'gone') throw new CommerceError('CONFLICT', { details: { object: 'stock' } })
  const confirmed = advanceOrder(placed, { status: 'confirm', ...(placed.creditMinor === 0 ? {} : { payment: 'pay' }) }, tx.now)
  await saveOrder(context, tx, confirmed, { change: 'confirmed', actor: actorRecord(request.actor) })
  await tx.carts.complete({ cartId: placed.cartId })
  return confirmed
}
