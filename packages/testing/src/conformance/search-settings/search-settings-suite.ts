import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { searchSettingsBehaviour } from './search-settings-behaviour.ts'

/**
 * Registers tests of the `SearchSettingsStore` contract: settings are read when they are new, and replaced whole, once a version.
 *
 * @example
 * searchSettingsSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function searchSettingsSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: search settings`, () => {
    searchSettingsBehaviour(options)
  })
}
