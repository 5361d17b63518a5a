import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Cancels a payment in the shop's books only: the buyer's open page at the bank can still be paid, for an order that is gone. */
export function voidOnPaper(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, {
    void: async (params) => {
      const payment = await provider.getPayment(params)
      if (payment === undefined) return provider.void(params)
      return { outcome: 'accepted', value: { ...payment, status: 'canceled', capturableMinor: 0, action: null } }
    },
  })
}
