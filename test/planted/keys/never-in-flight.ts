import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Takes a key over although its owner is still at work: the impatient second click runs beside the first. */
export function neverInFlight(storage: Storage): Storage {
  const past = new Date(0)
  return withFault(
    storage,
    (tx) => overlay(tx, { idempotency: overlay(tx.idempotency, { claim: (params) => tx.idempotency.claim({ ...params, lockedUntil: past }) }) }),
    (snapshot) => {
      const idempotency = overlay(snapshot.idempotency, {
        find: async (id) => {
          const record = await snapshot.idempotency.find(id)
          return record === undefined ? undefined : { ...record, lockedUntil: past }
        },
      })
      return overlay(snapshot, { idempotency })
    },
  )
}
