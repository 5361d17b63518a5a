import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import type { EventId, PaymentId } from '../ids.ts'
import type { Order } from '../orders/order.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Payment } from './payment.ts'
import type { ProviderPayment } from './payment-provider.ts'
import { queueFullRefund, recordPaymentChange } from './payment-writer.ts'

/** True for a payment that carries our id beside the one we know: the provider has charged the same order twice, or somebody has in its name. */
export function isExtra(payment: Payment, observed: ProviderPayment): boolean {
  return payment.providerPaymentId !== null && observed.providerPaymentId !== payment.providerPaymentId
}

/**
 * Gives the money of an extra payment a record of its own, under review because nobody asked for it, and queues its return, once. It neither confirms its order
 * nor disturbs the payment that does.
 *
 * @returns the event of the new record; undefined when it is known, or has taken no money of the order's currency.
 */
export async function bookExtra(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  payment: Payment,
  observed: ProviderPayment,
  actor: ActorRecord,
): Promise<EventId | undefined> {
  const { providerPaymentId, amount, capturedMinor, refundedMinor } = observed
  if (observed.status !== 'succeeded' || capturedMinor === 0) return undefined
  if ((await tx.payments.findByProviderId({ provider: payment.provider, providerPaymentId })) !== undefined) return undefined
  if (amount.currency !== order.currency) {
    context.logger.error({ orderId: order.id, providerPaymentId }, 'an extra payment in another currency: return it at the provider')
    return undefined
  }
  const extra: Payment = {
    ...payment,
    id: context.ids.next<PaymentId>(),
    providerPaymentId,
    capture: 'automatic',
    status: 'review',
    amountMinor: amount.amountMinor,
    authorisedMinor: 0,
    capturedMinor,
    declineCode: null,
    action: null,
    idempotency: null,
    nextCheckAt: null,
    checks: 0,
    createdAt: tx.now,
    updatedAt: tx.now,
    version: 1,
  }
  const { event, history } = recordPaymentChange(context, tx.now, extra, actor)
  await tx.payments.insert({ payment: extra, history })
  await tx.outbox.append([event])
  context.logger.warn({ orderId: order.id, paymentId: payment.id, providerPaymentId }, 'returning money: the same payment was charged twice')
  await queueFullRefund(context, tx, { ...extra, capturedMinor: capturedMinor - refundedMinor }, 'the same payment was charged twice')
  return event.id
}
