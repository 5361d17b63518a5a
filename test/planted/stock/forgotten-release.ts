import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Says that units went back and keeps them: cancelled orders eat the stock up. Stands for the restocking hook that never fires. */
export function forgottenRelease(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { stock: overlay(tx.stock, { release: async () => ({ outcome: 'changed', changes: [] }) }) }))
}
