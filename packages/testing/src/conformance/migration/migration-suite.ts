import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { migrationBehaviour } from './migration-behaviour.ts'

/**
 * Registers tests of the `Migrations` contract: what is pending is applied once, in order, by one of several processes; every step can be undone and applied
 * again; a plan runs nothing. `open` gives a database without any migration applied, otherwise the options are those of the other storage suites.
 *
 * @example
 * migrationSuite({ name: 'my storage', open: async () => ({ storage: myStorage(empty), another, dispose: () => storage.close() }) })
 */
export function migrationSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: migrations`, () => {
    migrationBehaviour(options)
  })
}
