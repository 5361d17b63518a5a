import { uuidV7Source } from '@cartwright/core'
import type { ReservationId, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

const ids = uuidV7Source()

/** Reserves line by line and keeps the first lines when a later one is short, as shops do that loop over a cart without a transaction around the loop. */
export function partialReservation(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const stock = overlay(tx.stock, {
      reserve: async (params) => {
        const last = params.claims.length - 1
        for (const claim of params.claims.slice(0, last)) {
          const held = await tx.stock.reserve({ ...params, reservationId: ids.next<ReservationId>(), claims: [claim] })
          if (held.outcome !== 'held') return held
        }
        return tx.stock.reserve({ ...params, claims: params.claims.slice(last) })
      },
    })
    return overlay(tx, { stock })
  })
}
