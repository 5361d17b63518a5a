import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { isLive, type Order } from '../orders/order.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { findAtProvider, lookUpAtProvider, requireProvider, voidAtProvider } from './call-provider.ts'
import { isExtra } from './extra-payment.ts'
import { isOpen, type Payment } from './payment.ts'
import type { PaymentProvider, ProviderPayment } from './payment-provider.ts'
import { checkDelayMs } from './payment-rules.ts'
import { runPayment } from './run-payment.ts'
import { nextLook, type Settled, settlePayment } from './settle-payment.ts'

const system: ActorRecord = { type: 'system', id: null }
/** After so many fruitless looks a payment that was given up unseen is believed never to have existed: about a day with doubling delays. */
const maxUnseenChecks = 32
/** Providers remember an idempotency key for a day; within an hour of that a payment is no longer started, only looked for. */
const startableForMs = 23 * 3_600_000

/**
 * Reads a payment at its provider and books what is found. A payment that was never started, because the process died, is started now, with the same key; one
 * that nobody wants any more is called off.
 *
 * @throws PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE
 */
export async function checkPayment(context: Context, payment: Payment, order: Order): Promise<Settled> {
  const known = await findAtProvider(context, requireProvider(context, payment.provider), payment)
  return known === undefined ? checkUnseen(context, payment, order) : bookKnown(context, payment, order, known)
}

/**
 * The same, for a payment that nobody is waiting at. One whose start has no answer is started again before it is looked for: with the same key that is one request, made
 * or not, where a look is a search and, for one that was never made, a reading of the provider's latest lists.
 *
 * @throws PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE
 */
export async function completePayment(context: Context, payment: Payment, order: Order): Promise<Settled> {
  if (await isUnanswered(context, payment)) {
    const started = await runPayment(context, order, payment, null, system)
    if (started.payment.status !== 'created') return started
  }
  return checkPayment(context, payment, order)
}

/**
 * Books a payment as its provider knows it; one that nobody wants any more is called off first.
 *
 * @param around - runs in the transaction that books it, in place of `settle`, which it calls: for what has to be booked together with it.
 * @throws PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE
 */
export async function bookKnown(
  context: Context,
  payment: Payment,
  order: Order,
  known: ProviderPayment,
  around: (tx: StorageTransaction, settle: () => Promise<Settled>, end: ProviderPayment) => Promise<Settled> = (_tx, settle) => settle(),
): Promise<Settled> {
  const provider = requireProvider(context, payment.provider)
  const unwanted = canBeCalledOff(known) && (isExtra(payment, known) || (await isUnwanted(context, payment)))
  const end = unwanted ? await callOff(context, provider, payment, known) : known
  const subject = { paymentId: payment.id, orderId: order.id, seenVersion: payment.version }
  const settle = async (tx: StorageTransaction): Promise<Settled> => {
    const settled = await settlePayment(context, tx, subject, { type: 'observed', payment: end }, system)
    if (!isExtra(settled.payment, end)) await scheduleRest(tx, settled, end)
    return settled
  }
  return context.storage.transaction(context.clock.now(), (tx) => around(tx, () => settle(tx), end))
}

/** True while it is not over at its provider: money may still come of it. */
export function canBeCalledOff({ status }: ProviderPayment): boolean {
  return status === 'requires_action' || status === 'processing' || status === 'requires_capture'
}

/** When to look again at what the machine does not schedule: a payment given up here that lives on there, an authorisation. */
async function scheduleRest(tx: StorageTransaction, { payment, order }: Settled, end: ProviderPayment): Promise<void> {
  const { id: paymentId, status, checks, nextCheckAt } = payment
  // A look that is due is the completer's: it counts them, and the key of the next request goes by that count.
  const isDue = nextCheckAt !== null && nextCheckAt <= tx.now
  if (status === 'cancelled' || status === 'failed') {
    await tx.payments.schedule({ paymentId, nextCheckAt: canBeCalledOff(end) ? addMs(tx.now, checkDelayMs(checks)) : null })
  } else if (status === 'authorised' && order.status === 'confirmed' && !isDue) {
    await tx.payments.schedule({ paymentId, nextCheckAt: nextLook(payment, tx.now) })
  }
}

async function checkUnseen(context: Context, payment: Payment, order: Order): Promise<Settled> {
  if (payment.status === 'created' && (await isStartable(context, payment))) return runPayment(context, order, payment, null, system)
  return context.storage.transaction(context.clock.now(), async (tx) => {
    if (isOpen(payment.status))
      return settlePayment(context, tx, { paymentId: payment.id, orderId: order.id, seenVersion: payment.version }, { type: 'unseen' }, system)
    const nextCheckAt = payment.checks >= maxUnseenChecks ? null : addMs(tx.now, checkDelayMs(payment.checks))
    await tx.payments.schedule({ paymentId: payment.id, nextCheckAt })
    return { order, payment }
  })
}

/**
 * True for a payment that was begun and has no answer, and may be begun again: with the same key that is one request, made or not. Past the time for which a provider
 * remembers a key it is only looked for.
 */
export async function isUnanswered(context: Context, payment: Payment): Promise<boolean> {
  return payment.status === 'created' && payment.providerPaymentId === null && (await isStartable(context, payment))
}

/** True while its order is pending, in time, and the provider still remembers the key it would be started with. */
async function isStartable(context: Context, payment: Payment): Promise<boolean> {
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const order = await snapshot.orders.find({ key: { id: payment.orderId }, owner: { type: 'any' } })
      const inTime = order?.status === 'pending' && order.expiresAt !== null && order.expiresAt > snapshot.now
      return inTime && addMs(payment.createdAt, startableForMs) > snapshot.now
    },
    { fresh: true },
  )
}

/** True for a payment that was given up, whose order is closed, or whose order another, earlier payment pays for. */
async function isUnwanted(context: Context, payment: Payment): Promise<boolean> {
  if (payment.status === 'cancelled' || payment.status === 'failed') return true
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const order = await snapshot.orders.find({ key: { id: payment.orderId }, owner: { type: 'any' } })
      if (order === undefined || !isLive(order.status)) return true
      const payments = await snapshot.payments.ofOrder({ orderId: payment.orderId })
      const paying = payments.filter(({ status }) => status === 'captured' || status === 'authorised')
      const first = paying.find(({ status }) => status === 'captured') ?? paying[0]
      return first !== undefined && first.id !== payment.id
    },
    { fresh: true },
  )
}

async function callOff(context: Context, provider: PaymentProvider, payment: Payment, known: ProviderPayment): Promise<ProviderPayment> {
  await context.probe('cancel.voiding')
  const answer = await voidAtProvider(context, provider, payment, known)
  await context.probe('cancel.voided')
  if (answer.outcome === 'accepted') return answer.value
  const { providerPaymentId } = known
  return (await lookUpAtProvider(context, provider, (signal) => provider.getPayment({ providerPaymentId, signal }))) ?? known
}
