import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Believes that a payment was made just now whenever it looks at it: it is started again under a key that its provider has long forgotten. */
export function keyForEver(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const claimDue: typeof tx.payments.claimDue = async (params) => (await tx.payments.claimDue(params)).map((payment) => ({ ...payment, createdAt: tx.now }))
    return overlay(tx, { payments: overlay(tx.payments, { claimDue }) })
  })
}
