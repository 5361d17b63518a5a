import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Never hears that a product has changed: what it has cached stays until its time is up. */
export function deafToProducts(storage: Storage): Storage {
  return withFault(
    storage,
    (tx) => tx,
    (snapshot) => {
      const outbox = overlay(snapshot.outbox, {
        read: async (params) => {
          const batch = await snapshot.outbox.read(params)
          return { ...batch, events: batch.events.filter(({ topic }) => topic !== 'product.changed') }
        },
      })
      return overlay(snapshot, { outbox })
    },
  )
}
