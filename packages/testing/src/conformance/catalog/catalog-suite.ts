import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { bundleBehaviour } from './bundle-behaviour.ts'
import { categoryBehaviour } from './category-behaviour.ts'
import { categoryListingBehaviour } from './category-listing-behaviour.ts'
import { changeBehaviour } from './change-behaviour.ts'
import { filterBehaviour } from './filter-behaviour.ts'
import { listingBehaviour } from './listing-behaviour.ts'
import { loadBehaviour } from './load-behaviour.ts'
import { matchingBehaviour } from './matching-behaviour.ts'
import { sellableBehaviour } from './sellable-behaviour.ts'
import { upsertBehaviour } from './upsert-behaviour.ts'

/**
 * Registers tests of the `CatalogStore` contract: products replaced whole by handle and left alone when nothing changed, categories, what buyers can buy, and
 * listings by keyset under every sort and filter.
 *
 * @example
 * catalogSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function catalogSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: catalogue`, () => {
    upsertBehaviour(options)
    changeBehaviour(options)
    categoryBehaviour(options)
    sellableBehaviour(options)
    bundleBehaviour(options)
    listingBehaviour(options)
    categoryListingBehaviour(options)
    filterBehaviour(options)
    matchingBehaviour(options)
    loadBehaviour(options)
  })
}
