import type { RefundId, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Knows of the refunds that this process has queued, and of nobody else's, and compares with nothing when it writes: two processes give the same money back. */
export function refundBeyondCapture(storage: Storage): Storage {
  const own = new Set<RefundId>()
  return withFault(storage, (tx) => {
    const payments = overlay(tx.payments, {
      queueRefund: async (refund) => {
        own.add(refund.id)
        return (await tx.payments.insertRefund(refund)) === 'exists' ? 'exists' : 'queued'
      },
      refundsOfOrder: async (params) => (await tx.payments.refundsOfOrder(params)).filter(({ id }) => own.has(id)),
    })
    return overlay(tx, { payments })
  })
}
