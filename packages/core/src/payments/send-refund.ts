import type { Context } from '../context.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { saveRefund } from './book-refund.ts'
import { changeAtProvider } from './call-provider.ts'
import type { Payment, Refund } from './payment.ts'
import type { Decline, PaymentProvider, ProviderChange, ProviderRefund } from './payment-provider.ts'
import { checkDelayMs } from './payment-rules.ts'
import { queueFullRefund, queueRefund } from './payment-writer.ts'
import { reckonOrder } from './reckon-order.ts'
import { isOfWhole, refundableMinor } from './refund-rules.ts'

/**
 * Sends one queued refund to the provider, or finds the one it has made, and books the answer. The provider's key is the refund's own, so sending it twice
 * returns the money once.
 *
 * @returns what became of it; `pending` means that the worker will come back to it, as it does while the order is disputed: nothing is asked for then.
 */
export async function sendRefund(context: Context, refund: Refund): Promise<Refund['status']> {
  const { payment, frozen, leftMinor } = await readPayment(context, refund)
  const provider = payment === undefined ? undefined : context.providers.get(payment.provider)
  const providerPaymentId = payment?.providerPaymentId
  if (payment === undefined || provider === undefined || providerPaymentId === undefined || providerPaymentId === null) {
    context.logger.error({ refundId: refund.id, provider: payment?.provider }, 'refund cannot be sent: no such provider is configured')
    return 'pending'
  }
  await context.probe('refund.starting')
  const answer = await askForRefund(context, provider, refund, { providerPaymentId, frozen, leftMinor })
  await context.probe('refund.started')
  const status = await context.storage.transaction(context.clock.now(), (tx) => bookRefund(context, tx, payment, refund, answer))
  await context.probe('refund.done')
  return status
}

interface RefundSource {
  readonly payment: Payment | undefined
  /** Whether the order is disputed. */
  readonly frozen: boolean
  /** What disputes have left for this refund, in minor units. */
  readonly leftMinor: number
}

async function readPayment(context: Context, { id, paymentId, orderId }: Refund): Promise<RefundSource> {
  return context.storage.snapshot(
    context.clock.now(),
    async ({ payments, orders }) => {
      const [payment, order, refunds, disputes] = await Promise.all([
        payments.find({ paymentId }),
        orders.find({ key: { id: orderId }, owner: { type: 'any' } }),
        payments.refundsOfOrder({ orderId }),
        payments.disputesOfOrder({ orderId }),
      ])
      const others = refunds.filter((refund) => refund.id !== id)
      const lost = disputes.filter(({ status }) => status === 'lost')
      return { payment, frozen: order?.disputed === true, leftMinor: payment === undefined ? 0 : refundableMinor(payment, others, lost) }
    },
    { fresh: true },
  )
}

/** Looks before it asks: a provider forgets keys after a day, and a refund may take longer. While the order is disputed, it only looks. */
async function askForRefund(
  context: Context,
  provider: PaymentProvider,
  refund: Refund,
  { providerPaymentId, frozen, leftMinor }: Omit<RefundSource, 'payment'> & { readonly providerPaymentId: string },
): Promise<ProviderChange<ProviderRefund>> {
  return changeAtProvider(context, async (signal) => {
    const made = await provider.findRefunds({ providerPaymentId, signal })
    const ours = made.find((one) => one.refundId === refund.id || one.providerRefundId === refund.providerRefundId)
    if (ours !== undefined) return { outcome: 'accepted', value: ours }
    if (frozen) return { outcome: 'unknown', cause: new Error('nothing is refunded while the order is disputed') }
    if (refund.providerRefundId !== null) return { outcome: 'unknown', cause: new Error('the provider does not find a refund that it has made') }
    if (leftMinor < refund.amountMinor) return { outcome: 'rejected', decline: takenByDispute, value: null }
    const amount = { amountMinor: refund.amountMinor, currency: refund.currency }
    return provider.refund({ providerPaymentId, refundId: refund.id, amount, reason: refund.reason, idempotencyKey: refund.idempotencyKey, signal })
  })
}

/** Why a refund that waited for the end of a dispute is never asked for. */
const takenByDispute: Decline = { code: 'taken_by_dispute', buyerMessage: '' }

async function bookRefund(
  context: Context,
  tx: StorageTransaction,
  payment: Payment,
  sent: Refund,
  answer: ProviderChange<ProviderRefund>,
): Promise<Refund['status']> {
  const order = await tx.orders.lock({ orderId: sent.orderId })
  const refund = await tx.payments.findRefund({ refundId: sent.id })
  if (order === undefined || refund === undefined || refund.status !== 'pending') return refund?.status ?? sent.status
  const after = answered(refund, answer, tx.now)
  await saveRefund(context, tx, after)
  if (answer.outcome === 'rejected' && answer.decline === takenByDispute) await queueRest(context, tx, payment, after)
  if (after.status !== 'pending') await reckonOrder(context, tx, order, { actor: { type: 'system', id: null }, dispute: null })
  return after.status
}

/** Behind the key of a refund that a dispute has left too little for. */
const restSuffix = ':rest'

/** Queues what a dispute has left of a refund, which still goes back. */
async function queueRest(context: Context, tx: StorageTransaction, payment: Payment, { orderId, amountMinor: wantedMinor, reason, ...failed }: Refund) {
  if (isOfWhole(failed)) return queueFullRefund(context, tx, payment, reason)
  const [refunds, disputes] = await Promise.all([tx.payments.refundsOfOrder({ orderId }), tx.payments.disputesOfOrder({ orderId })])
  const amountMinor = Math.min(wantedMinor, refundableMinor(payment, refunds, disputes))
  // Less each time, or once more as much: a provider or books that contradict themselves must not keep the worker for ever.
  const isRest = failed.idempotencyKey.endsWith(restSuffix)
  if (amountMinor === 0 || (isRest && amountMinor >= wantedMinor)) return undefined
  return queueRefund(context, tx, payment, { amountMinor, reason, idempotencyKey: `${failed.idempotencyKey}${restSuffix}`, orderRefundId: null })
}

/** A refund that was sent once more, after the provider's answer. */
function answered(refund: Refund, answer: ProviderChange<ProviderRefund>, now: Date): Refund {
  const status = answer.outcome === 'rejected' ? 'failed' : answer.outcome === 'accepted' ? answer.value.status : 'pending'
  const attempts = refund.attempts + 1
  return {
    ...refund,
    status,
    attempts,
    providerRefundId: answer.outcome === 'accepted' ? answer.value.providerRefundId : refund.providerRefundId,
    nextAttemptAt: status === 'pending' ? addMs(now, checkDelayMs(attempts)) : null,
    updatedAt: now,
    version: refund.version + 1,
  }
}
