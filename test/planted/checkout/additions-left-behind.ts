import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Ends an order without what was added to it: its buyer, who wanted nothing of it any more, gets the rest. */
export function additionsLeftBehind(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { orders: overlay(tx.orders, { additions: async () => [] }) }))
}
