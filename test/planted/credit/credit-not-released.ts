import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Marks credit of an order that is over as given back, and gives nothing. */
export function creditNotReleased(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const credit = overlay(tx.credit, { post: async (params) => (params.entry.change === 'release' ? 'posted' : tx.credit.post(params)) })
    return overlay(tx, { credit })
  })
}
