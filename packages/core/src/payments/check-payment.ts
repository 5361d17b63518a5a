import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { isLive, type Order } from '../orders/order.ts'
import { addMs } from '../time.ts'
import { changeAtProvider, lookUpAtProvider, requireProvider } from './call-provider.ts'
import { isOpen, type Payment } from './payment.ts'
import type { PaymentProvider, ProviderPayment } from './payment-provider.ts'
import { checkDelayMs } from './payment-rules.ts'
import { runPayment } from './run-payment.ts'
import { type Settled, settlePayment } from './settle-payment.ts'

const system: ActorRecord = { type: 'system', id: null }
/** After so many fruitless looks a payment that was given up unseen is believed never to have existed: about a day with doubling delays. */
const maxUnseenChecks = 32

/**
 * Reads a payment at its provider and books what is found. A payment that was never started, because the process died, is started now, with the same key; one
 * that nobody can have any more is let go.
 *
 * @throws PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE
 */
export async function checkPayment(context: Context, payment: Payment, order: Order): Promise<Settled> {
  const provider = requireProvider(context, payment.provider)
  const known = await findAtProvider(context, provider, payment)
  if (known === undefined) return checkUnseen(context, payment, order)

  const wanted = isLive(order.status) && !(await isExtra(context, payment))
  const end = known.status === 'requires_capture' && !wanted ? await letGo(context, provider, payment, known) : known
  return context.storage.transaction(context.clock.now(), async (tx) => {
    const settled = await settlePayment(context, tx, { paymentId: payment.id, orderId: order.id }, { type: 'observed', payment: end }, system)
    const settledForGood = (payment.status === 'cancelled' && end.status === 'canceled') || (wanted && end.status === 'requires_capture')
    if (settledForGood) await tx.payments.schedule({ paymentId: payment.id, nextCheckAt: null })
    return settled
  })
}

async function findAtProvider(context: Context, provider: PaymentProvider, payment: Payment): Promise<ProviderPayment | undefined> {
  return lookUpAtProvider(context, provider, async (signal) => {
    const { providerPaymentId } = payment
    if (providerPaymentId !== null) return provider.getPayment({ providerPaymentId, signal })
    return (await provider.findByOurId({ paymentId: payment.id, signal }))[0]
  })
}

async function checkUnseen(context: Context, payment: Payment, order: Order): Promise<Settled> {
  if (payment.status === 'created' && (await isWaitedFor(context, order))) return runPayment(context, order, payment, null, system)
  return context.storage.transaction(context.clock.now(), async (tx) => {
    if (isOpen(payment.status)) return settlePayment(context, tx, { paymentId: payment.id, orderId: order.id }, { type: 'unseen' }, system)
    const nextCheckAt = payment.checks >= maxUnseenChecks ? null : addMs(tx.now, checkDelayMs(payment.checks))
    await tx.payments.schedule({ paymentId: payment.id, nextCheckAt })
    return { order, payment }
  })
}

/** True while the order is pending and its time is not up. */
async function isWaitedFor(context: Context, order: Order): Promise<boolean> {
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const fresh = await snapshot.orders.find({ key: { id: order.id }, owner: { type: 'any' } })
      return fresh?.status === 'pending' && fresh.expiresAt !== null && fresh.expiresAt > snapshot.now
    },
    { fresh: true },
  )
}

/** True when another payment already pays for the order. */
async function isExtra(context: Context, payment: Payment): Promise<boolean> {
  const payments = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.payments.ofOrder({ orderId: payment.orderId }), { fresh: true })
  return payments.some((other) => other.id !== payment.id && (other.status === 'captured' || other.status === 'authorised'))
}

/** Voids an authorisation that no order wants. */
async function letGo(context: Context, provider: PaymentProvider, payment: Payment, known: ProviderPayment): Promise<ProviderPayment> {
  await context.probe('cancel.voiding')
  const answer = await changeAtProvider(context, (signal) =>
    provider.void({ providerPaymentId: known.providerPaymentId, idempotencyKey: `void:${payment.id}`, signal }),
  )
  await context.probe('cancel.voided')
  if (answer.outcome === 'accepted') return answer.value
  return (await findAtProvider(context, provider, payment)) ?? known
}
