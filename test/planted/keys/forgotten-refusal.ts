import type { IdempotencyStore, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Does not keep a refusal with its key: the buyer was told no, and a late repetition of the same request buys after all. */
export function forgottenRefusal(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const finish: IdempotencyStore['finish'] = async (params) => ('error' in params ? 'saved' : tx.idempotency.finish(params))
    return overlay(tx, { idempotency: overlay(tx.idempotency, { finish }) })
  })
}
