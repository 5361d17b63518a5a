import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Does not compare the cart's version: what a second tab puts into the cart during checkout is neither paid nor delivered, or the other way round. */
export function cartNotFrozen(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { carts: overlay(tx.carts, { freeze: async () => 'frozen' as const }) }))
}
