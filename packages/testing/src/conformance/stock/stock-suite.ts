import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { adjustBehaviour } from './adjust-behaviour.ts'
import { allocationBehaviour } from './allocation-behaviour.ts'
import { consumeBehaviour } from './consume-behaviour.ts'
import { expiryBehaviour } from './expiry-behaviour.ts'
import { releaseBehaviour } from './release-behaviour.ts'
import { reserveBehaviour } from './reserve-behaviour.ts'

/**
 * Registers tests of the `StockStore` contract: no oversell and no undersell under concurrent claims, all claims or none, idempotence, expiry,
 * several locations, backorders, release that counts once, and shipping.
 *
 * @example
 * stockSuite({ name: 'my storage', open: async () => ({ storage, dispose: () => storage.close() }) })
 */
export function stockSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: stock`, () => {
    reserveBehaviour(options)
    allocationBehaviour(options)
    expiryBehaviour(options)
    releaseBehaviour(options)
    consumeBehaviour(options)
    adjustBehaviour(options)
  })
}
