import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Reads a timeout as a refusal: the buyer is charged, told no, and pays again with another card. */
export function unknownIsDeclined(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, {
    start: async (params) => {
      const answer = await provider.start(params)
      if (answer.outcome !== 'unknown') return answer
      return { outcome: 'rejected', decline: { code: 'timeout', buyerMessage: 'The payment failed. Please try another card.' }, value: null }
    },
  })
}
