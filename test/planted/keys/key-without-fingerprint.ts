import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Answers a repeated key without comparing what was asked: another order gets the first one's answer and is never made. */
export function keyWithoutFingerprint(storage: Storage): Storage {
  return withFault(
    storage,
    (tx) => overlay(tx, { idempotency: overlay(tx.idempotency, { claim: (params) => tx.idempotency.claim({ ...params, fingerprint: 'any' }) }) }),
    (snapshot) => overlay(snapshot, { idempotency: overlay(snapshot.idempotency, { find: async () => undefined }) }),
  )
}
