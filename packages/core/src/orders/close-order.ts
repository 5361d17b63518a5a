import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { findAtProvider, lookUpAtProvider, requireProvider, voidAtProvider } from '../payments/call-provider.ts'
import { isOpen, type Payment } from '../payments/payment.ts'
import type { ProviderPayment } from '../payments/payment-provider.ts'
import { abandonUnseen, applyProviderPayment, type PaymentDecision } from '../payments/payment-rules.ts'
import { queueFullRefund, savePayment } from '../payments/payment-writer.ts'
import { settlePayment } from '../payments/settle-payment.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { endOrder } from './end-order.ts'
import { isLive, type Order } from './order.ts'
import { isUnshipped } from './order-rules.ts'

export interface CloseOrderParams {
  readonly orderId: OrderId
  /** `expire` closes only orders whose time is up. */
  readonly event: 'cancel' | 'expire'
  /** Whether a confirmed order, not shipped yet, may be cancelled and its money returned. */
  readonly confirmedToo: boolean
  readonly actor: ActorRecord
  readonly reason: string | null
}

/** What the provider said about one payment that has to end. */
type Ending = { readonly payment: Payment; readonly end: ProviderPayment | 'unseen' }

/**
 * Cancels or expires an order: first ends its open payments at the provider, then, in one transaction, books that, gives the stock back, queues the
 * refund of captured money and leaves authorised money to the completer, which lets it go. Money that turns out to have been taken meanwhile confirms
 * the order instead.
 *
 * @returns the order as it is afterwards.
 * @throws NOT_FOUND, ORDER_CLOSED when the order is past cancelling, CHECKOUT_IN_PROGRESS while a payment is being started, PROVIDER_UNAVAILABLE when the
 * provider does not say whether a payment has ended, CONFLICT
 */
export async function closeOrder(context: Context, params: CloseOrderParams): Promise<Order> {
  await context.probe('cancel.begin')
  const { order, payments, now } = await readOrder(context, params.orderId)
  if (!isLive(order.status)) return order
  if (!isClosable(order, params, now)) throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
  const endings: Ending[] = []
  for (const payment of payments.filter(needsEnding)) endings.push(await endPayment(context, payment, now, params.actor))
  await context.probe('cancel.voided')

  const closed = await context.storage.transaction(context.clock.now(), async (tx) => {
    const after = await bookClosing(context, tx, params, endings)
    await context.probe('cancel.written')
    return after
  })
  await context.probe('cancel.done')
  return closed
}

async function readOrder(context: Context, orderId: OrderId): Promise<{ order: Order; payments: readonly Payment[]; now: Date }> {
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const order = await snapshot.orders.find({ key: { id: orderId }, owner: { type: 'any' } })
      if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
      return { order, payments: await snapshot.payments.ofOrder({ orderId }), now: snapshot.now }
    },
    { fresh: true },
  )
}

function isClosable(order: Order, params: CloseOrderParams, now: Date): boolean {
  const due = order.status === 'pending' && (params.event === 'cancel' || (order.expiresAt !== null && order.expiresAt <= now))
  const undo = order.status === 'confirmed' && params.event === 'cancel' && params.confirmedToo && isUnshipped(order) && !order.disputed
  return due || undo
}

/** Authorised money is let go afterwards: only we could take it, and an order that is closed first is closed for good if the process dies in between. */
function needsEnding(payment: Payment): boolean {
  return isOpen(payment.status)
}

/** Makes sure that the provider will take no (more) money for a payment, or finds out that it has. Outside every transaction. */
async function endPayment(context: Context, payment: Payment, now: Date, actor: ActorRecord): Promise<Ending> {
  // Another process owns this attempt and may be about to start it.
  if (payment.status === 'created' && payment.checks === 0 && payment.nextCheckAt !== null && payment.nextCheckAt > now) {
    throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId: payment.orderId } })
  }
  const provider = requireProvider(context, payment.provider)
  const known = await findAtProvider(context, provider, payment)
  if (known === undefined) return { payment, end: 'unseen' }
  if (known.status === 'succeeded' || known.status === 'canceled' || known.status === 'failed') return { payment, end: known }

  await context.probe('cancel.voiding')
  const { providerPaymentId } = known
  const ending = await announceEnd(context, payment, actor)
  const answer = await voidAtProvider(context, provider, ending, providerPaymentId)
  if (answer.outcome === 'accepted') return { payment: ending, end: answer.value }
  if (answer.outcome === 'unknown') throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: provider.name }, cause: answer.cause })
  const after = answer.value ?? (await lookUpAtProvider(context, provider, (signal) => provider.getPayment({ providerPaymentId, signal })))
  if (after === undefined) throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: provider.name } })
  return { payment: ending, end: after }
}

/** Raises the payment's version before it is ended, so that what another call saw of it before is known to be stale. @throws CONFLICT when it has moved */
async function announceEnd(context: Context, payment: Payment, actor: ActorRecord): Promise<Payment> {
  return context.storage.transaction(context.clock.now(), async (tx) => {
    const announced = { ...payment, updatedAt: tx.now, version: payment.version + 1 }
    await savePayment(context, tx, announced, actor)
    return announced
  })
}

async function bookClosing(context: Context, tx: StorageTransaction, params: CloseOrderParams, endings: readonly Ending[]): Promise<Order> {
  const order = await tx.orders.lock({ orderId: params.orderId })
  if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  if (!isLive(order.status)) return order
  const taken = endings.find(({ end }) => end !== 'unseen' && end.status !== 'canceled' && end.status !== 'failed')
  if (taken !== undefined && taken.end !== 'unseen') {
    const subject = { paymentId: taken.payment.id, orderId: order.id, seenVersion: taken.payment.version }
    return (await settlePayment(context, tx, subject, { type: 'observed', payment: taken.end }, params.actor)).order
  }
  // Confirmed by another call while the provider ended the payment behind it: that end is a fact and must be booked.
  if (!isClosable(order, params, tx.now)) return bookEndings(context, tx, order, endings, params.actor)
  const payments = await endAll(context, tx, order, endings, params.actor)
  return giveUp(context, tx, order, payments, params)
}

async function bookEndings(context: Context, tx: StorageTransaction, order: Order, endings: readonly Ending[], actor: ActorRecord): Promise<Order> {
  let after = order
  for (const { payment, end } of endings) {
    if (end === 'unseen') continue
    after = (
      await settlePayment(context, tx, { paymentId: payment.id, orderId: order.id, seenVersion: payment.version }, { type: 'observed', payment: end }, actor)
    ).order
  }
  return after
}

/** Books the endings. @throws CONFLICT when a payment has moved, or a new one has begun, since the provider was asked. */
async function endAll(context: Context, tx: StorageTransaction, order: Order, endings: readonly Ending[], actor: ActorRecord): Promise<readonly Payment[]> {
  const payments = await tx.payments.ofOrder({ orderId: order.id })
  const ended: Payment[] = []
  for (const payment of payments) {
    const ending = endings.find((candidate) => candidate.payment.id === payment.id)
    if (needsEnding(payment) && ending === undefined) throw new CommerceError('CONFLICT', { details: { object: 'payment' } })
    const decision: PaymentDecision = ending === undefined ? { payment, event: null } : decideEnding(payment, ending.end, tx.now)
    if (decision.event !== null) await savePayment(context, tx, decision.payment, actor)
    if (needsEnding(decision.payment)) throw new CommerceError('CONFLICT', { details: { object: 'payment' } })
    ended.push(decision.payment)
  }
  return ended
}

function decideEnding(payment: Payment, end: Ending['end'], now: Date): PaymentDecision {
  return end === 'unseen' ? abandonUnseen(payment, now) : applyProviderPayment(payment, end, now)
}

async function giveUp(context: Context, tx: StorageTransaction, order: Order, payments: readonly Payment[], params: CloseOrderParams): Promise<Order> {
  const after = await endOrder(context, tx, order, params)
  for (const payment of payments) {
    await queueFullRefund(context, tx, payment, params.reason ?? 'order cancelled')
    if (payment.status === 'authorised') await tx.payments.schedule({ paymentId: payment.id, nextCheckAt: tx.now })
  }
  return after
}
