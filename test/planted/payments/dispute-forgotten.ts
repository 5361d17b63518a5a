import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Takes note of a dispute and keeps no record of it: the goods leave although their money is being asked back. */
export function disputeForgotten(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { payments: overlay(tx.payments, { insertDispute: async () => 'inserted' as const }) }))
}
