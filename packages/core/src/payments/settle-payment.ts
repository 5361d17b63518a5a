import type { ActorRecord } from '../actor.ts'
import { dropCartHolds } from '../cart/hold-cart.ts'
import type { Context } from '../context.ts'
import { releaseCredit, retakeCredit } from '../credit/order-credit.ts'
import { isPseudonym } from '../customers/customer.ts'
import { CommerceError } from '../errors.ts'
import type { EventId, OrderId, PaymentId } from '../ids.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { endOrder } from '../orders/end-order.ts'
import { isLive, type Order } from '../orders/order.ts'
import { type OrderPaymentEvent, orderPaymentMachine } from '../orders/order-machine.ts'
import { advanceOrder } from '../orders/order-rules.ts'
import { saveOrder } from '../orders/order-writer.ts'
import { secureStock } from '../orders/secure-stock.ts'
import { reclaimPromotions, releasePromotions } from '../promotions/redeem-promotions.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { nextState } from '../transition-table.ts'
import { bookExtra, isExtra } from './extra-payment.ts'
import { holdsMoney, isOpen, type Payment } from './payment.ts'
import type { Decline, ProviderPayment } from './payment-provider.ts'
import { abandonUnseen, applyProviderPayment, applyRejection, checkDelayMs, type PaymentDecision } from './payment-rules.ts'
import { queueFullRefund, savePayment } from './payment-writer.ts'
import { reckonOrder } from './reckon-order.ts'

/** What was learned about a payment outside the transaction. */
export type PaymentNews =
  | { readonly type: 'observed'; readonly payment: ProviderPayment }
  | { readonly type: 'rejected'; readonly decline: Decline }
  /** The provider has no such payment and we give it up. */
  | { readonly type: 'unseen' }

export interface PaymentSubject {
  readonly paymentId: PaymentId
  readonly orderId: OrderId
  /** The payment's version when the provider was asked; news of a payment that is not at its end is stale at another one. */
  readonly seenVersion: number
}

export interface Settled {
  readonly order: Order
  readonly payment: Payment
  /** Of the change that was written; left out when nothing was new. */
  readonly eventId?: EventId
}

/**
 * Books what was learned about a payment and all that follows from it for its order, in the caller's transaction: confirm, hold on, expire, refund. Safe to
 * repeat and to race: the payment only moves along its machine, and a second booking finds nothing to do.
 *
 * @throws NOT_FOUND, CONFLICT
 * @see docs/webhooks.md, for the table of provider states and order states
 */
export async function settlePayment(
  context: Context,
  tx: StorageTransaction,
  subject: PaymentSubject,
  news: PaymentNews,
  actor: ActorRecord,
): Promise<Settled> {
  const { paymentId } = subject
  // The payment is read after the lock has been had: verbs take effect in the order of their calls.
  const [order, payment] = await Promise.all([tx.orders.lock({ orderId: subject.orderId }), tx.payments.find({ paymentId })])
  if (order === undefined || payment === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'payment' } })
  await context.probe('finalise.locked')

  if (news.type === 'observed' && isExtra(payment, news.payment)) {
    const eventId = await bookExtra(context, tx, order, payment, news.payment, actor)
    return { order, payment, ...(eventId === undefined ? {} : { eventId }) }
  }

  if (isStale(subject, payment, news)) {
    await tx.payments.schedule({ paymentId, nextCheckAt: tx.now })
    return { order, payment }
  }
  const decision = decide(payment, news, tx.now)
  if (decision.event === null) {
    if (isOpen(payment.status)) await tx.payments.schedule({ paymentId, nextCheckAt: addMs(tx.now, checkDelayMs(payment.checks)) })
    else if (payment.status === 'captured') await tx.payments.schedule({ paymentId, nextCheckAt: null })
    return { order, payment }
  }
  const after = { ...decision.payment, nextCheckAt: nextLook(decision.payment, tx.now) }
  // Saved first: its money can be returned only once it is on record.
  const eventId = await savePayment(context, tx, after, actor)
  const settled = await followUp(context, tx, order, after, news, actor)
  await context.probe('finalise.written')
  return { ...settled, eventId }
}

/** True for "it is under way" or "it is authorised" seen before somebody set out to end the payment: it may be over. What has ended is a fact at any time. */
function isStale({ seenVersion }: PaymentSubject, payment: Payment, news: PaymentNews): boolean {
  if (news.type !== 'observed' || seenVersion === payment.version) return false
  const { status } = news.payment
  return status === 'requires_action' || status === 'processing' || status === 'requires_capture'
}

/** Open payments are looked at again soon and then ever more rarely, authorised ones daily: an authorisation can end. */
export function nextLook(payment: Payment, now: Date): Date | null {
  if (isOpen(payment.status)) return addMs(now, checkDelayMs(payment.checks))
  return payment.status === 'authorised' ? addMs(now, authorisationLookMs) : payment.nextCheckAt
}

const authorisationLookMs = 24 * 3_600_000

function decide(payment: Payment, news: PaymentNews, now: Date): PaymentDecision {
  if (news.type === 'observed') return applyProviderPayment(payment, news.payment, now)
  if (news.type === 'rejected') return applyRejection(payment, news.decline.code, now)
  return abandonUnseen(payment, now)
}

async function followUp(context: Context, tx: StorageTransaction, order: Order, payment: Payment, news: PaymentNews, actor: ActorRecord): Promise<Settled> {
  switch (payment.status) {
    case 'authorised':
    case 'captured':
      return bookMoney(context, tx, order, payment, actor)
    case 'requires_action':
    case 'processing':
      return { order: await holdOn(context, tx, order, payment, actor), payment }
    case 'failed':
      return { order: await bookDeadPayment(context, tx, order, payment, actor), payment }
    case 'cancelled':
      return { order: await bookCancelled(context, tx, order, payment, news, actor), payment }
    case 'review':
      return bookOddMoney(context, tx, order, payment, actor)
    case 'created':
      return { order, payment }
  }
}

/** Money has come: it confirms its order if it can, and goes back if it cannot. */
async function bookMoney(context: Context, tx: StorageTransaction, order: Order, payment: Payment, actor: ActorRecord): Promise<Settled> {
  const money: OrderPaymentEvent = payment.status === 'captured' ? 'pay' : 'authorise'
  if (order.status === 'confirmed') return bookMoneyOfConfirmed(context, tx, order, payment, actor)
  if (order.status === 'cancelled') return giveBack(context, tx, order, payment, actor, 'the order was cancelled before its payment arrived')

  const tooLate = order.status === 'expired' ? await whyTooLate(tx, order, payment) : undefined
  if (tooLate !== undefined) return giveBack(context, tx, order, payment, actor, tooLate)
  const stock = await secureStock(context, tx, order)
  if (stock.outcome === 'gone') return giveBack(context, tx, order, payment, actor, `out of stock when the payment arrived: ${stock.sku}`)
  const lost = order.status === 'expired' ? await takeBack(context, tx, order, actor) : undefined
  if (lost !== undefined) {
    if (stock.reservationId !== null) await tx.stock.release({ reservationId: stock.reservationId })
    return giveBack(context, tx, order, payment, actor, lost)
  }
  // What the cart has been held for since is bought.
  if (order.status === 'expired') await dropCartHolds(context, tx, { cartId: order.cartId })

  const confirmed = advanceOrder(order, { status: order.status === 'pending' ? 'confirm' : 'revive', ...moneyMove(order, money) }, tx.now, {
    reservationId: stock.reservationId,
  })
  await Promise.all([
    saveOrder(context, tx, confirmed, { change: order.status === 'pending' ? 'confirmed' : 'revived', actor }),
    tx.carts.complete({ cartId: order.cartId }),
    availabilityChanged(context, tx, stock.changes),
  ])
  return { order: confirmed, payment }
}

/** Why money that came after its order had expired cannot revive it, if it cannot. Else its cart is locked, before its stock, as by whoever holds or orders the cart anew. */
async function whyTooLate(tx: StorageTransaction, order: Order, payment: Payment): Promise<string | undefined> {
  if (payment.status === 'authorised') return 'authorised after the order had expired'
  if (isPseudonym(order.customerId)) return 'its customer has been erased'
  if (order.addsTo !== null) return 'what it was to be added to may have been sent, or cancelled, before this payment arrived'
  await tx.carts.lock({ cartIds: [order.cartId] })
  if ((await tx.orders.liveForCart({ cartId: order.cartId })) !== undefined) return 'the cart was ordered again before this payment arrived'
  return undefined
}

/** Takes again what an order gave back when it expired: vouchers, then credit, as orders are written. @returns why not, if others have used it up */
async function takeBack(context: Context, tx: StorageTransaction, order: Order, actor: ActorRecord): Promise<string | undefined> {
  if (!(await reclaimPromotions(tx, order))) return 'a voucher had been used up when the payment arrived'
  const short = await retakeCredit(context, tx, order, actor)
  return short && `credit was spent when the payment arrived: ${short}`
}

/** Either the captured half of an authorisation, or a second payment that nobody owes. */
async function bookMoneyOfConfirmed(context: Context, tx: StorageTransaction, order: Order, payment: Payment, actor: ActorRecord): Promise<Settled> {
  if (await isPaidByAnother(tx, payment)) return returnMoney(context, tx, order, payment, 'the order was already paid')
  const moved = await moveMoneyState(context, tx, order, payment.status === 'captured' ? 'pay' : 'authorise', actor, null)
  // Credit of it may have been refunded while its payment was only authorised.
  return { order: moved.creditMinor > 0 ? await reckonOrder(context, tx, moved, { actor, dispute: null }) : moved, payment }
}

/** True also once the money of the other one has gone back: what its order has had, it is not owed again. */
async function isPaidByAnother(tx: StorageTransaction, { id, orderId }: Payment): Promise<boolean> {
  return (await tx.payments.ofOrder({ orderId })).some((other) => other.id !== id && holdsMoney(other.status))
}

/** The order cannot have this money. An order still pending expires at once. */
async function giveBack(context: Context, tx: StorageTransaction, order: Order, payment: Payment, actor: ActorRecord, reason: string): Promise<Settled> {
  const money = moneyMove(order, payment.status === 'captured' ? 'pay' : 'authorise')
  await releasePromotions(tx, order)
  if (order.status === 'pending') await releaseCredit(context, tx, order, actor)
  const after = advanceOrder(order, order.status === 'pending' ? { status: 'expire', ...money } : money, tx.now)
  await saveOrder(context, tx, after, { change: order.status === 'pending' ? 'expired' : 'payment_updated', actor, note: reason })
  return returnMoney(context, tx, after, payment, reason)
}

/** Captured money is refunded; authorised money is let go by the completer, which calls the provider. */
async function returnMoney(context: Context, tx: StorageTransaction, order: Order, payment: Payment, reason: string): Promise<Settled> {
  context.logger.warn({ orderId: order.id, paymentId: payment.id, status: payment.status }, `returning money: ${reason}`)
  if (payment.status === 'authorised') {
    await tx.payments.schedule({ paymentId: payment.id, nextCheckAt: tx.now })
    return { order, payment: { ...payment, nextCheckAt: tx.now } }
  }
  await queueFullRefund(context, tx, payment, reason)
  return { order, payment }
}

/** The provider waits for the buyer, once longer than planned, or works on it, for as long as policy allows: the hold waits along. */
async function holdOn(context: Context, tx: StorageTransaction, order: Order, payment: Payment, actor: ActorRecord): Promise<Order> {
  if (order.status !== 'pending') return order
  const base = payment.status === 'processing' ? tx.now : (order.expiresAt ?? tx.now)
  const expiresAt = addMs(base, payment.status === 'processing' ? context.timing.processingHoldMs : context.timing.actionHoldMs)
  const maxExtensions = payment.status === 'processing' ? 2 : 1
  const extended = order.reservationId === null ? 'changed' : (await tx.stock.extend({ reservationId: order.reservationId, expiresAt, maxExtensions })).outcome
  const started = order.paymentStatus === 'none' ? ({ payment: 'start' } as const) : {}
  if (extended === 'unchanged' && order.paymentStatus === 'pending') return order
  const after = advanceOrder(order, started, tx.now, extended === 'changed' ? { expiresAt } : {})
  await saveOrder(context, tx, after, { change: 'hold_extended', actor })
  return after
}

/** A dead payment leaves its order waiting for another one, unless it was the money behind a confirmed order. */
async function bookDeadPayment(context: Context, tx: StorageTransaction, order: Order, payment: Payment, actor: ActorRecord): Promise<Order> {
  const others = await tx.payments.ofOrder({ orderId: order.id })
  if (others.some((other) => other.id !== payment.id && (holdsMoney(other.status) || isOpen(other.status)))) return order
  if (order.status === 'confirmed') return moveMoneyState(context, tx, order, 'quarantine', actor, 'the authorisation behind this order has ended')
  if (order.paymentStatus !== 'pending' && order.paymentStatus !== 'authorised') return order
  return moveMoneyState(context, tx, order, 'void', actor, payment.declineCode)
}

/** A payment that was called off at its provider takes an order that waits for nothing else with it: whoever did that wanted the goods to be free. */
async function bookCancelled(context: Context, tx: StorageTransaction, order: Order, payment: Payment, news: PaymentNews, actor: ActorRecord): Promise<Order> {
  const others = await tx.payments.ofOrder({ orderId: order.id })
  const alone = !others.some((other) => other.id !== payment.id && (holdsMoney(other.status) || isOpen(other.status)))
  if (news.type !== 'observed' || order.status !== 'pending' || !alone) return bookDeadPayment(context, tx, order, payment, actor)
  return endOrder(context, tx, order, { event: 'cancel', actor, reason: 'its payment was cancelled at the provider' })
}

/** Money that is not what was asked for confirms nothing. An order that is over, or paid by another payment, needs none of it; on any other, staff must look. */
async function bookOddMoney(context: Context, tx: StorageTransaction, order: Order, payment: Payment, actor: ActorRecord): Promise<Settled> {
  const reason = 'the provider reports other money than was asked for'
  context.logger.error({ orderId: order.id, paymentId: payment.id }, reason)
  const extra = order.status === 'confirmed' && (await isPaidByAnother(tx, payment))
  const after = extra ? order : await moveMoneyState(context, tx, order, 'quarantine', actor, reason)
  const unneeded = extra || !isLive(order.status)
  return unneeded ? returnMoney(context, tx, after, payment, reason) : { order: after, payment }
}

/** The step of the order's money state, or none where its table has none: an order under review stays there until staff have looked. */
function moneyMove(order: Order, payment: OrderPaymentEvent): { readonly payment?: OrderPaymentEvent } {
  return nextState(orderPaymentMachine, order.paymentStatus, payment) === undefined ? {} : { payment }
}

async function moveMoneyState(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  payment: OrderPaymentEvent,
  actor: ActorRecord,
  note: string | null,
): Promise<Order> {
  const move = moneyMove(order, payment)
  if (move.payment === undefined) return order
  // A hold that was made long for a payment which then ended is cut back: the goods are wanted by others.
  const usual = addMs(tx.now, context.timing.holdMs)
  const shorter = payment === 'void' && order.expiresAt !== null && order.expiresAt > usual ? { expiresAt: usual } : {}
  const after = advanceOrder(order, move, tx.now, shorter)
  await saveOrder(context, tx, after, { change: 'payment_updated', actor, note })
  return after
}
