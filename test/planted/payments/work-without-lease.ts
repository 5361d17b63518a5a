import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Hands out due refunds without moving them on, so that every worker sends all of them at the same time. */
export function workWithoutLease(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const claimDueRefunds = (params: { readonly limit: number }) => tx.payments.claimDueRefunds({ ...params, leaseUntil: tx.now })
    return overlay(tx, { payments: overlay(tx.payments, { claimDueRefunds }) })
  })
}
