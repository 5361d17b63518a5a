import { uuidV7Source } from '@cartwright/core'
import type { PaymentProvider, ProviderPayment } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

const ids = uuidV7Source()

const unnamed = (payment: ProviderPayment): ProviderPayment => ({ ...payment, paymentId: null })

/**
 * Charges under a new key each time, and tells the provider nothing by which a charge could be found or known again: whoever was cut off pays twice. The classic
 * double charge.
 */
export function startWithFreshKey(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, {
    start: (params) => provider.start({ ...params, idempotencyKey: ids.next() }),
    findByOurId: async () => [],
    getPayment: async (params) => {
      const found = await provider.getPayment(params)
      return found && unnamed(found)
    },
    listPayments: async (params) => {
      const page = await provider.listPayments(params)
      return { ...page, items: page.items.map(unnamed) }
    },
  })
}
