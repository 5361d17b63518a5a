import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Forgets to ask for money again once what kept it is over: a dispute that was won, a refund made at the bank that failed. */
export function neverAskedAgain(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const { payments } = tx
    const queueRefund: typeof payments.queueRefund = async (refund) => (refund.idempotencyKey.includes(':after:') ? 'exists' : payments.queueRefund(refund))
    return overlay(tx, { payments: overlay(payments, { queueRefund }) })
  })
}
