import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { quoteBehaviour } from './quote-behaviour.ts'

/**
 * Registers tests of the `QuoteStore` contract: quotes come back as they were made, to their own cart only, the newest first to hand, and go when they are old.
 *
 * @example
 * quoteSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function quoteSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: quotes`, () => {
    quoteBehaviour(options)
  })
}
