import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { adjustBehaviour } from './adjust-behaviour.ts'
import { allocationBehaviour } from './allocation-behaviour.ts'
import { backorderBehaviour } from './backorder-behaviour.ts'
import { consumeBehaviour } from './consume-behaviour.ts'
import { expiryBehaviour } from './expiry-behaviour.ts'
import { giveBackBehaviour } from './give-back-behaviour.ts'
import { listBehaviour } from './list-behaviour.ts'
import { recountBehaviour } from './recount-behaviour.ts'
import { releaseBehaviour } from './release-behaviour.ts'
import { reserveBehaviour } from './reserve-behaviour.ts'
import { reserveWays } from './reserve-ways.ts'
import { togetherBehaviour } from './together-behaviour.ts'
import { versionedBehaviour } from './versioned-behaviour.ts'

/**
 * Registers tests of the `StockStore` contract: no oversell and no undersell under concurrent claims, all claims or none, idempotence, expiry,
 * several locations, backorders, release that counts once, and shipping. What concerns `reserve` runs once for each of its methods, and for `reserveMany`.
 *
 * @example
 * stockSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function stockSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: stock`, () => {
    for (const way of reserveWays) {
      reserveBehaviour(options, way)
      allocationBehaviour(options, way)
      expiryBehaviour(options, way)
      backorderBehaviour(options, way)
    }
    versionedBehaviour(options)
    togetherBehaviour(options)
    releaseBehaviour(options)
    consumeBehaviour(options)
    giveBackBehaviour(options)
    adjustBehaviour(options)
    recountBehaviour(options)
    listBehaviour(options)
  })
}
