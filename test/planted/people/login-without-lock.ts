import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Reads the customer instead of locking them: a session can be opened by a password that is being replaced, after the sessions of it were ended. */
export function loginWithoutLock(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { customers: overlay(tx.customers, { lock: (params) => tx.customers.find(params) }) }))
}
