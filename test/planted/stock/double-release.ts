import { uuidV7Source } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

const ids = uuidV7Source()

/** Puts the units back on the shelf each time a reservation is released, whether or not it still was one. */
export function doubleRelease(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const stock = overlay(tx.stock, {
      release: async (params) => {
        const released = await tx.stock.release(params)
        if (released.outcome === 'changed') return released
        const reservation = await tx.stock.findReservation(params)
        for (const { sku, locationId, quantity } of reservation?.lines ?? []) {
          await tx.stock.adjust({ entryId: ids.next(), sku, locationId, change: { by: quantity }, reason: 'returned', note: null, shortfall: 'refuse' })
        }
        return released
      },
    })
    return overlay(tx, { stock })
  })
}
