import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { PaymentId } from '../ids.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { lookUpAtProvider, requireProvider } from './call-provider.ts'
import type { Dispute, Payment, PaymentHistoryEntry, Refund } from './payment.ts'
import type { ProviderDispute, ProviderPayment, ProviderRefund } from './payment-provider.ts'

/** A payment as buyers and staff see it. */
export type PaymentView = Omit<Payment, 'idempotency' | 'method' | 'nextCheckAt' | 'checks'>

/** All that the shop knows of one payment. */
export interface PaymentReport {
  readonly payment: PaymentView
  readonly history: readonly PaymentHistoryEntry[]
  readonly refunds: readonly Refund[]
  readonly disputes: readonly Dispute[]
  /** The newest hundred that name it, oldest first. */
  readonly events: readonly InboxEvent[]
}

/** The same as its provider knows it, now. */
export interface ProviderReport {
  readonly payments: readonly ProviderPayment[]
  readonly refunds: readonly ProviderRefund[]
  readonly disputes: readonly ProviderDispute[]
}

export function viewPayment({ idempotency: _key, method: _method, nextCheckAt: _next, checks: _checks, ...view }: Payment): PaymentView {
  return view
}

/** @throws NOT_FOUND */
export async function reportPayment(context: Context, paymentId: PaymentId): Promise<PaymentReport> {
  return context.storage.snapshot(
    context.clock.now(),
    async ({ payments, inbox }) => {
      const payment = await payments.find({ paymentId })
      if (payment === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'payment' } })
      const { provider, providerPaymentId, orderId } = payment
      const refunds = await payments.refundsOfOrder({ orderId })
      const disputes = await payments.disputesOfOrder({ orderId })
      return {
        payment: viewPayment(payment),
        history: await payments.history({ paymentId }),
        refunds: refunds.filter((refund) => refund.paymentId === paymentId),
        disputes: disputes.filter((dispute) => dispute.paymentId === paymentId),
        events: providerPaymentId === null ? [] : await inbox.ofPayment({ provider, providerPaymentId, limit: 100 }),
      }
    },
    { fresh: true },
  )
}

/** What the provider has under the payment's own id there, or, before it is known, under ours. @throws PROVIDER_UNKNOWN, PROVIDER_UNAVAILABLE */
export async function askProvider(context: Context, { id, provider: name, providerPaymentId, createdAt }: PaymentView): Promise<ProviderReport> {
  const provider = requireProvider(context, name)
  const byOurId = await lookUpAtProvider(context, provider, (signal) => provider.findByOurId({ paymentId: id, createdFrom: createdAt, signal }))
  const known = byOurId.some((one) => one.providerPaymentId === providerPaymentId)
  const byTheirs =
    providerPaymentId === null || known ? undefined : await lookUpAtProvider(context, provider, (signal) => provider.getPayment({ providerPaymentId, signal }))
  const payments = byTheirs === undefined ? byOurId : [byTheirs, ...byOurId]
  const refunds: ProviderRefund[] = []
  const disputes: ProviderDispute[] = []
  for (const one of payments) {
    const subject = { providerPaymentId: one.providerPaymentId }
    refunds.push(...(await lookUpAtProvider(context, provider, (signal) => provider.findRefunds({ ...subject, signal }))))
    disputes.push(...(await lookUpAtProvider(context, provider, (signal) => provider.findDisputes({ ...subject, signal }))))
  }
  return { payments, refunds, disputes }
}
