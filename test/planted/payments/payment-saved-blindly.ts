import type { Payment, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Saves a payment over whatever it has become since it was read: the last writer wins, and a capture that came in between is forgotten. */
export function paymentSavedBlindly(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const save = async ({ payment, history }: { payment: Payment; history: Parameters<typeof tx.payments.save>[0]['history'] }) => {
      const stored = await tx.payments.find({ paymentId: payment.id })
      const version = (stored?.version ?? 0) + 1
      return tx.payments.save({ payment: { ...payment, version }, expectedVersion: version - 1, history: { ...history, version } })
    }
    return overlay(tx, { payments: overlay(tx.payments, { save }) })
  })
}
