import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { countingBehaviour } from './counting-behaviour.ts'
import { readingBehaviour } from './reading-behaviour.ts'
import { writingBehaviour } from './writing-behaviour.ts'

/**
 * Registers tests of the `ReviewStore` contract: one review of a customer and a product, purchases that are proved by a paid order, and stars, votes and
 * averages that add up, whoever meets.
 *
 * @example
 * reviewSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function reviewSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: reviews`, () => {
    writingBehaviour(options)
    readingBehaviour(options)
    countingBehaviour(options)
  })
}
