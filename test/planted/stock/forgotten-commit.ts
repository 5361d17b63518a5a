import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Says that a hold is now a sale and leaves it a hold, which runs out under a paid order: its units are sold again. */
export function forgottenCommit(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { stock: overlay(tx.stock, { commit: async () => ({ outcome: 'changed', changes: [] }) }) }))
}
