import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { returnBehaviour } from './return-behaviour.ts'

/**
 * Registers tests of the `ReturnStore` contract: returns with their lines and histories, saves by version, owners, lists.
 *
 * @example
 * returnSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function returnSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: returns`, () => {
    returnBehaviour(options)
  })
}
