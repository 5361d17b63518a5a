import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Leaves a guest's cart as it is when its lines move into another: each further call moves them again. */
export function mergedTwice(storage: Storage): Storage {
  return withFault(storage, (tx) =>
    overlay(tx, { carts: overlay(tx.carts, { save: async (params) => (params.cart.status === 'active' ? tx.carts.save(params) : 'saved') }) }),
  )
}
