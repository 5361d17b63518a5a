import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Takes a payment that is booked as paid for one that nothing more can happen to: that money of it went back is never looked into. */
export function refundsAreOldNews(provider: PaymentProvider): PaymentProvider {
  return overlay(provider, {
    isOldNews: (params) => (params.status === 'captured' && params.type.includes('refund')) || (provider.isOldNews?.(params) ?? false),
  })
}
