import type { PaymentProvider, ProviderPaymentStatus } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

const statusOf: Readonly<Record<string, ProviderPaymentStatus>> = {
  'payment.authorised': 'requires_capture',
  'payment.canceled': 'canceled',
  'payment.failed': 'failed',
}

/** Believes the event that came last instead of reading the payment: whatever is delivered late undoes what came after it. */
export function lastEventWins(provider: PaymentProvider): PaymentProvider {
  const last = new Map<string, ProviderPaymentStatus>()
  return overlay(provider, {
    verifyWebhook: async (params) => {
      const verdict = await provider.verifyWebhook(params)
      const status = verdict.verified ? statusOf[verdict.event.type] : undefined
      if (verdict.verified && status !== undefined) last.set(verdict.event.providerPaymentId ?? '', status)
      return verdict
    },
    getPayment: async (params) => {
      const payment = await provider.getPayment(params)
      const status = last.get(params.providerPaymentId)
      if (payment === undefined || status === undefined) return payment
      return { ...payment, status, capturableMinor: status === 'requires_capture' ? payment.amount.amountMinor : 0 }
    },
  })
}
