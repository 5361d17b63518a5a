import type { IdempotencyStore, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Lets a run whose key was taken over finish it all the same, as locks without a fencing token do: a process that was only slow overwrites its successor. */
export function keyWithoutFence(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const finish: IdempotencyStore['finish'] = async (params) => {
      const record = await tx.idempotency.find(params)
      return tx.idempotency.finish({ ...params, fence: record?.fence ?? params.fence })
    }
    return overlay(tx, { idempotency: overlay(tx.idempotency, { finish }) })
  })
}
