import type { PaymentProvider, ProviderPayment } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Takes a payment that its bank still works on for one that has failed: the buyer pays again, and then the first one comes too. */
export function slowIsDead(provider: PaymentProvider): PaymentProvider {
  const seen = (payment: ProviderPayment): ProviderPayment => (payment.status === 'processing' ? { ...payment, status: 'failed' } : payment)
  return overlay(provider, {
    findByOurId: async (params) => (await provider.findByOurId(params)).map(seen),
    getPayment: async (params) => {
      const payment = await provider.getPayment(params)
      return payment === undefined ? undefined : seen(payment)
    },
  })
}
