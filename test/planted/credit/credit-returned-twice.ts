import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Gives credit back without marking what of it was given: the next refund gives it again. */
export function creditReturnedTwice(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { credit: overlay(tx.credit, { giveBack: async () => 'given' }) }))
}
