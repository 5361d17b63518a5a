import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { addressBehaviour } from './address-behaviour.ts'
import { belongingsBehaviour } from './belongings-behaviour.ts'
import { customerBehaviour } from './customer-behaviour.ts'

/**
 * Registers tests of the `CustomerStore` contract: one customer an address of mail, compare-and-set by version, address books of a bounded size with one default
 * a purpose, orders of guests that become one customer's, and erasure.
 *
 * @example
 * customerSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function customerSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: customers`, () => {
    customerBehaviour(options)
    addressBehaviour(options)
    belongingsBehaviour(options)
  })
}
