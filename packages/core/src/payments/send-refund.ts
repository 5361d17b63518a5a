import type { Context } from '../context.ts'
import { orderPaymentMachine } from '../orders/order-machine.ts'
import { advanceOrder } from '../orders/order-rules.ts'
import { saveOrder } from '../orders/order-writer.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { nextState } from '../transition-table.ts'
import { changeAtProvider } from './call-provider.ts'
import type { Refund } from './payment.ts'
import type { PaymentProvider, ProviderChange, ProviderRefund } from './payment-provider.ts'
import { checkDelayMs } from './payment-rules.ts'
import { refundEvent } from './payment-writer.ts'

/**
 * Sends one queued refund to the provider, or finds the one it has made, and books the answer. The provider's key is the refund's own, so sending it twice
 * returns the money once.
 *
 * @returns what became of it; `pending` means that the worker will come back to it.
 */
export async function sendRefund(context: Context, refund: Refund): Promise<Refund['status']> {
  const payment = await context.storage.snapshot(context.clock.now(), (snapshot) => snapshot.payments.find({ paymentId: refund.paymentId }), { fresh: true })
  const provider = payment === undefined ? undefined : context.providers.get(payment.provider)
  const providerPaymentId = payment?.providerPaymentId
  if (provider === undefined || providerPaymentId === undefined || providerPaymentId === null) {
    context.logger.error({ refundId: refund.id, provider: payment?.provider }, 'refund cannot be sent: no such provider is configured')
    return 'pending'
  }
  await context.probe('refund.starting')
  const answer = await askForRefund(context, provider, refund, providerPaymentId)
  await context.probe('refund.started')
  const status = await context.storage.transaction(context.clock.now(), (tx) => bookRefund(context, tx, refund, answer))
  await context.probe('refund.done')
  return status
}

/** Looks before it asks: a provider forgets keys after a day, and a refund may take longer. */
async function askForRefund(context: Context, provider: PaymentProvider, refund: Refund, providerPaymentId: string): Promise<ProviderChange<ProviderRefund>> {
  return changeAtProvider(context, async (signal) => {
    const made = await provider.findRefunds({ providerPaymentId, signal })
    const ours = made.find((one) => one.refundId === refund.id || one.providerRefundId === refund.providerRefundId)
    if (ours !== undefined) return { outcome: 'accepted', value: ours }
    if (refund.providerRefundId !== null) return { outcome: 'unknown', cause: new Error('the provider does not find a refund that it has made') }
    const amount = { amountMinor: refund.amountMinor, currency: refund.currency }
    return provider.refund({ providerPaymentId, refundId: refund.id, amount, reason: refund.reason, idempotencyKey: refund.idempotencyKey, signal })
  })
}

async function bookRefund(context: Context, tx: StorageTransaction, sent: Refund, answer: ProviderChange<ProviderRefund>): Promise<Refund['status']> {
  const order = await tx.orders.lock({ orderId: sent.orderId })
  const refund = await tx.payments.findRefund({ refundId: sent.id })
  if (order === undefined || refund === undefined || refund.status !== 'pending') return refund?.status ?? sent.status

  const status = answer.outcome === 'rejected' ? 'failed' : answer.outcome === 'accepted' ? answer.value.status : 'pending'
  const attempts = refund.attempts + 1
  const after: Refund = {
    ...refund,
    status,
    attempts,
    providerRefundId: answer.outcome === 'accepted' ? answer.value.providerRefundId : refund.providerRefundId,
    nextAttemptAt: status === 'pending' ? addMs(tx.now, checkDelayMs(attempts)) : null,
    updatedAt: tx.now,
    version: refund.version + 1,
  }
  if ((await tx.payments.saveRefund({ refund: after, expectedVersion: refund.version })) === 'stale') return refund.status
  await tx.outbox.append([refundEvent(context, tx.now, after)])
  if (status === 'failed') context.logger.error({ refundId: refund.id, orderId: order.id }, 'the provider refused a refund')
  if (status !== 'succeeded') return status

  const refunds = await tx.payments.refundsOfOrder({ orderId: order.id })
  const payments = await tx.payments.ofOrder({ orderId: order.id })
  const returned = refunds.filter((one) => one.status === 'succeeded').reduce((sum, one) => sum + one.amountMinor, 0)
  const captured = payments.reduce((sum, one) => sum + one.capturedMinor, 0)
  const keeps = captured - returned
  // A second payment that was returned leaves the order as paid as it was.
  if (order.status === 'confirmed' && keeps >= order.totalMinor) return status
  const event = keeps > 0 ? 'refund_part' : 'refund_rest'
  if (nextState(orderPaymentMachine, order.paymentStatus, event) === undefined) return status
  await saveOrder(context, tx, advanceOrder(order, { payment: event }, tx.now), { change: 'refunded', actor: { type: 'system', id: null } })
  return status
}
