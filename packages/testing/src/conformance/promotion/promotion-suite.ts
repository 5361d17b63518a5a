import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { keepingBehaviour } from './keeping-behaviour.ts'
import { redeemingBehaviour } from './redeeming-behaviour.ts'

/**
 * Registers tests of the `PromotionStore` contract: promotions and codes as they were put in, what a quote is offered, and uses that no limit is passed by, whoever
 * meets.
 *
 * @example
 * promotionSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function promotionSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: promotions`, () => {
    keepingBehaviour(options)
    redeemingBehaviour(options)
  })
}
