import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Reads any answer to a charge as a success, as adapters do that look at the HTTP status only: goods leave for cards that were declined. */
export function declineIsSuccess(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, {
    start: async (params) => {
      const answer = await provider.start(params)
      if (answer.outcome !== 'rejected' || answer.value === null) return answer
      const { amountMinor } = params.amount
      return { outcome: 'accepted', value: { ...answer.value, status: 'succeeded', capturedMinor: amountMinor, decline: null } }
    },
  })
}
