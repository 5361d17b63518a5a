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
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { liveAdditions, lockAdditions } from './add-to-order.ts'
import { endOrder, lockHeld } from './end-order.ts'
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
 * the order instead. What was added to an order and not sent ends with it, in the same transaction.
 *
 * @returns the order as it is afterwards.
 * @throws NOT_FOUND, ORDER_CLOSED when the order, or what was added to it, is past cancelling, CHECKOUT_IN_PROGRESS while a payment is being started, PROVIDER_UNAVAILABLE when the
 * provider does not say whether a payment has ended, CONFLICT
 */
export async function closeOrder(context: Context, params: CloseOrderParams): Promise<Order> {
  await context.probe('cancel.begin')
  const { order, additions, payments, now } = await readOrder(context, params.orderId)
  if (!isLive(order.status)) return order
  if (!isClosable(order, params, now)) throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
  for (const addition of additions) requireClosable(addition, params, now)
  const open = payments.filter(needsEnding)
  for (const payment of open) requireIdle(payment, now)
  const endings: Ending[] = []
  for (const payment of open) endings.push(await endPayment(context, payment, params.actor))
  await context.probe('cancel.voided')

  const closed = await context.storage.transaction(context.clock.now(), async (tx) => {
    const after = await bookClosing(context, tx, params, endings)
    await context.probe('cancel.written')
    return after
  })
  await context.probe('cancel.done')
  return closed
}

interface OrderToClose {
  readonly order: Order
  /** What ends with it. */
  readonly additions: readonly Order[]
  /** Of all of them. */
  readonly payments: readonly Payment[]
  readonly now: Date
}

async function readOrder(context: Context, orderId: OrderId): Promise<OrderToClose> {
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const order = await snapshot.orders.find({ key: { id: orderId }, owner: { type: 'any' } })
      if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
      const additions = await unsentAdditions(snapshot, order)
      const payments = await Promise.all([order, ...additions].map(({ id }) => snapshot.payments.ofOrder({ orderId: id })))
      return { order, additions, payments: payments.flat(), now: snapshot.now }
    },
    { fresh: true },
  )
}

function isClosable(order: Order, params: CloseOrderParams, now: Date): boolean {
  const due = order.status === 'pending' && (params.event === 'cancel' || (order.expiresAt !== null && order.expiresAt <= now))
  const undo = order.status === 'confirmed' && params.event === 'cancel' && params.confirmedToo && isUnshipped(order) && !order.disputed
  return due || undo
}

/** What was added to an order and has neither ended nor been sent. Only a confirmed order has any. */
async function unsentAdditions({ orders }: Pick<StorageSnapshot, 'orders'>, order: Order): Promise<readonly Order[]> {
  if (order.status !== 'confirmed') return []
  return (await liveAdditions({ orders }, order)).filter(isUnshipped)
}

/** @throws ORDER_CLOSED for an addition that is disputed: it would be left behind */
function requireClosable(addition: Order, params: CloseOrderParams, now: Date): void {
  if (isClosable(addition, params, now)) return
  throw new CommerceError('ORDER_CLOSED', { details: { orderId: addition.id, status: addition.disputed ? 'disputed' : addition.status } })
}

/** Authorised money is let go afterwards: only we could take it, and an order that is closed first is closed for good if the process dies in between. */
function needsEnding(payment: Payment): boolean {
  return isOpen(payment.status)
}

/** @throws CHECKOUT_IN_PROGRESS while another process owns this attempt and may be about to start it */
function requireIdle({ status, checks, nextCheckAt, orderId }: Payment, now: Date): void {
  if (status === 'created' && checks === 0 && nextCheckAt !== null && nextCheckAt > now)
    throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId } })
}

/** Makes sure that the provider will take no (more) money for a payment, or finds out that it has. Outside every transaction. */
async function endPayment(context: Context, payment: Payment, actor: ActorRecord): Promise<Ending> {
  const provider = requireProvider(context, payment.provider)
  const known = await findAtProvider(context, provider, payment)
  if (known === undefined) return { payment, end: 'unseen' }
  if (known.status === 'succeeded' || known.status === 'canceled' || known.status === 'failed') return { payment, end: known }

  await context.probe('cancel.voiding')
  const { providerPaymentId } = known
  const ending = await announceEnd(context, payment, actor)
  const answer = await voidAtProvider(context, provider, ending, known)
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
  const additions = order.status === 'confirmed' ? await lockAdditions(tx, order) : []
  const taken = await bookTaken(context, tx, order, endings, params.actor)
  if (taken !== undefined) return taken
  // Confirmed by another call while the provider ended the payment behind it: that end is a fact and must be booked.
  if (!isClosable(order, params, tx.now)) return bookEndings(context, tx, order, endings, params.actor)
  const ending = additions.filter(isUnshipped)
  if (ending.length > 0) await lockHeld(tx, [...ending, order])
  for (const addition of ending) await closeAddition(context, tx, addition, endings, params)
  const payments = await endAll(context, tx, order, endings, params.actor)
  return giveUp(context, tx, order, payments, params)
}

/** Ends what was added to an order that ends: its payment may have been made meanwhile, and then goes back. None is added while the order is locked. @throws ORDER_CLOSED, CONFLICT, CHECKOUT_IN_PROGRESS while its provider works on it */
async function closeAddition(context: Context, tx: StorageTransaction, locked: Order, endings: readonly Ending[], params: CloseOrderParams): Promise<void> {
  const taken = await bookTaken(context, tx, locked, endings, params.actor)
  if (taken?.status === 'pending') throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId: taken.id } })
  const addition = taken ?? locked
  if (!isLive(addition.status)) return
  requireClosable(addition, params, tx.now)
  const payments = await endAll(context, tx, addition, endings, params.actor)
  await giveUp(context, tx, addition, payments, params)
}

/** Books money of an order that turned out to have been taken. @returns the order then; undefined when none was */
async function bookTaken(context: Context, tx: StorageTransaction, order: Order, endings: readonly Ending[], actor: ActorRecord): Promise<Order | undefined> {
  const taken = endings.find(({ payment, end }) => payment.orderId === order.id && end !== 'unseen' && end.status !== 'canceled' && end.status !== 'failed')
  if (taken === undefined || taken.end === 'unseen') return undefined
  const subject = { paymentId: taken.payment.id, orderId: order.id, seenVersion: taken.payment.version }
  return (await settlePayment(context, tx, subject, { type: 'observed', payment: taken.end }, actor)).order
}

async function bookEndings(context: Context, tx: StorageTransaction, order: Order, endings: readonly Ending[], actor: ActorRecord): Promise<Order> {
  let after = order
  for (const { payment, end } of endings) {
    if (end === 'unseen') continue
    const subject = { paymentId: payment.id, orderId: payment.orderId, seenVersion: payment.version }
    const settled = await settlePayment(context, tx, subject, { type: 'observed', payment: end }, actor)
    if (settled.order.id === order.id) after = settled.order
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
