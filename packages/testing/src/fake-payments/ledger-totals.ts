import type { ProviderPayment } from '@cartwright/core/ports'
import type { LedgerTotals, MoneyMoved } from './ledger-requests.ts'

/** Adds up what has moved, per currency and per payment of ours. */
export function ledgerTotals(payments: readonly ProviderPayment[]): LedgerTotals {
  const byCurrency: Record<string, MoneyMoved> = {}
  const byPayment: Record<string, MoneyMoved & { readonly currency: string }> = {}
  for (const payment of payments) {
    const { currency } = payment.amount
    const id = payment.paymentId ?? payment.providerPaymentId
    byCurrency[currency] = add(byCurrency[currency], payment)
    byPayment[id] = { ...add(byPayment[id], payment), currency }
  }
  return { byCurrency, byPayment }
}

function add(sum: MoneyMoved | undefined, payment: MoneyMoved): MoneyMoved {
  return { capturedMinor: (sum?.capturedMinor ?? 0) + payment.capturedMinor, refundedMinor: (sum?.refundedMinor ?? 0) + payment.refundedMinor }
}
