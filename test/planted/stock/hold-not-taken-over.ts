import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** The order reserves its units beside the hold of its cart, which goes on: as shops do that know of holds in the cart only. */
export function holdNotTakenOver(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const stock = overlay(tx.stock, { takeOver: async () => 'gone', reserve: ({ replaces: _kept, ...params }) => tx.stock.reserve(params) })
    return overlay(tx, { stock })
  })
}
