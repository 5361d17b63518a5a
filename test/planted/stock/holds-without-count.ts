import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Counts a customer's holds as they were before the transaction, without making others wait: of several at once, each finds none. */
export function holdsWithoutCount(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { carts: overlay(tx.carts, { lockHolds: async () => [] }) }))
}
