import type { PaymentProvider, ProviderPayment } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Believes that a payment under our id is of the amount we asked for: one cent buys the cart, as in shops that look at the status of a webhook only. */
export function amountNotChecked(provider: PaymentProvider): PaymentProvider {
  const asked = new Map<string, ProviderPayment['amount']>()
  const believed = (payment: ProviderPayment): ProviderPayment => {
    const amount = asked.get(payment.paymentId ?? '') ?? payment.amount
    return { ...payment, amount, capturedMinor: payment.capturedMinor > 0 ? amount.amountMinor : 0 }
  }
  return overlay(provider, {
    start: (params) => {
      asked.set(params.paymentId, params.amount)
      return provider.start(params)
    },
    findByOurId: async (params) => (await provider.findByOurId(params)).map(believed),
    getPayment: async (params) => {
      const found = await provider.getPayment(params)
      return found === undefined ? undefined : believed(found)
    },
  })
}
