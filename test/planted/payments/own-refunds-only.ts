import type { PaymentProvider } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Knows the refunds that the shop asked for and no others: what staff give back at the bank's own desk is given back once more by the shop. */
export function ownRefundsOnly(provider: PaymentProvider): PaymentProvider {
  const own = <Refund extends { readonly refundId: string | null }>(refunds: readonly Refund[]) => refunds.filter(({ refundId }) => refundId !== null)
  return overlay(provider, {
    getPayment: async (params) => {
      const payment = await provider.getPayment(params)
      if (payment === undefined) return undefined
      const refunds = own(await provider.findRefunds(params)).filter(({ status }) => status === 'succeeded')
      return { ...payment, refundedMinor: refunds.reduce((sum, { amount }) => sum + amount.amountMinor, 0) }
    },
    getRefund: async (params) => own([await provider.getRefund(params)].flatMap((refund) => refund ?? []))[0],
    findRefunds: async (params) => own(await provider.findRefunds(params)),
  })
}
