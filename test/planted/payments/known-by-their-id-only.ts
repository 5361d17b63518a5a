import type { Storage, StorageSnapshot } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Knows a payment by its provider's id only, which it has from the answer to the start: events that come before that answer, or in its place, are of nobody's payment. */
export function knownByTheirIdOnly(storage: Storage): Storage {
  const deaf = (snapshot: StorageSnapshot) => {
    const find: typeof snapshot.payments.find = async (key) => {
      const payment = await snapshot.payments.find(key)
      return payment?.providerPaymentId === null ? undefined : payment
    }
    return overlay(snapshot, { payments: overlay(snapshot.payments, { find }) })
  }
  return withFault(storage, (tx) => tx, deaf)
}
