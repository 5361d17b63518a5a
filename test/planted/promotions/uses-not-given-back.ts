import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Keeps what an order has used of a promotion, whether or not it comes to anything. */
export function usesNotGivenBack(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { promotions: overlay(tx.promotions, { release: async () => {} }) }))
}
