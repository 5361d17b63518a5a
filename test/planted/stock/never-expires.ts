import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Forgets the expiry: orders that nobody pays keep their units for ever, as abandoned checkouts do where no job cleans up. */
export function neverExpires(storage: Storage): Storage {
  return withFault(storage, (tx) =>
    overlay(tx, {
      orders: overlay(tx.orders, { dueForExpiry: async () => [] }),
      stock: overlay(tx.stock, { expireDue: async () => ({ expired: [], changes: [] }) }),
    }),
  )
}
