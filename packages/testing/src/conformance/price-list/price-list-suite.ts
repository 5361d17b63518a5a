import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { applyingBehaviour } from './applying-behaviour.ts'
import { keepingBehaviour } from './keeping-behaviour.ts'

/**
 * Registers tests of the `PriceListStore` contract, and of what price lists make of `CatalogReader.sellables`: whose lists count, when, in which currency.
 *
 * @example
 * priceListSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function priceListSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: price lists`, () => {
    keepingBehaviour(options)
    applyingBehaviour(options)
  })
}
