import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Never remembers an idempotency key: every claim wins. */
export function forgetfulKeys(storage: Storage): Storage {
  return withFault(
    storage,
    (tx) => {
      const idempotency = overlay(tx.idempotency, {
        claim: async (params) => {
          await tx.idempotency.claim(params)
          return { outcome: 'claimed', fence: 1, takenOver: null }
        },
      })
      return overlay(tx, { idempotency })
    },
    (snapshot) => overlay(snapshot, { idempotency: overlay(snapshot.idempotency, { find: async () => undefined }) }),
  )
}
