import { describe } from 'vitest'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { cartBehaviour } from './cart-behaviour.ts'
import { closingBehaviour } from './closing-behaviour.ts'
import { custodyBehaviour } from './custody-behaviour.ts'
import { holdBehaviour } from './hold-behaviour.ts'
import { storedCarts } from './opened-carts.ts'

/**
 * Registers tests of the `CartStore` contract: owners, compare-and-set by version, freezing for a checkout, expiry, holds, copies of carts that live elsewhere.
 *
 * @example
 * cartSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function cartSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: carts`, () => {
    describe('reading, saving and freezing', () => {
      const storage = testStorage(options)
      cartBehaviour(Object.assign(() => storedCarts(storage()), { another: async () => storedCarts(await storage.another()) }))
    })
    closingBehaviour(options)
    custodyBehaviour(options)
    holdBehaviour(options)
  })
}
