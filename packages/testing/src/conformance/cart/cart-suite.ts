import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { cartBehaviour } from './cart-behaviour.ts'
import { freezeBehaviour } from './freeze-behaviour.ts'

/**
 * Registers tests of the `CartStore` contract: owners, compare-and-set by version, freezing for a checkout, expiry.
 *
 * @example
 * cartSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function cartSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: carts`, () => {
    cartBehaviour(options)
    freezeBehaviour(options)
  })
}
