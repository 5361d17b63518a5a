import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { keepingBehaviour } from './keeping-behaviour.ts'
import { limitsBehaviour } from './limits-behaviour.ts'
import { owningBehaviour } from './owning-behaviour.ts'

/**
 * Registers tests of the `WishListStore` contract: what lists keep, whose they are, and how many there may be, whoever comes at once.
 *
 * @example
 * wishListSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function wishListSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: wish lists`, () => {
    keepingBehaviour(options)
    owningBehaviour(options)
    limitsBehaviour(options)
  })
}
