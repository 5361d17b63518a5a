import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { readerBehaviour } from './reader-behaviour.ts'
import { snapshotBehaviour } from './snapshot-behaviour.ts'
import { timeBehaviour } from './time-behaviour.ts'
import { togetherBehaviour } from './together-behaviour.ts'
import { transactionBehaviour } from './transaction-behaviour.ts'
import { transactionScopeBehaviour } from './transaction-scope-behaviour.ts'
import { watchBehaviour } from './watch-behaviour.ts'
import { withinBehaviour } from './within-behaviour.ts'

/**
 * Registers tests of what every `Storage` promises of its transactions and snapshots: all or nothing, one after the other, no nesting, no use after
 * the end, one consistent view, in which readers find what was written for them, time as given; several transactions in one, the host's own, and word of events.
 *
 * @example
 * // my-storage.conformance.test.ts
 * storageSuite({
 *   name: 'my storage',
 *   open: async () => {
 *     const database = await freshDatabase()
 *     const storage = myStorage(database)
 *     await storage.migrations.up()
 *     return { storage, another: async () => myStorage(database), dispose: () => storage.close() }
 *   },
 * })
 */
export function storageSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: storage`, () => {
    transactionBehaviour(options)
    transactionScopeBehaviour(options)
    snapshotBehaviour(options)
    readerBehaviour(options)
    timeBehaviour(options)
    togetherBehaviour(options)
    withinBehaviour(options)
    watchBehaviour(options)
  })
}
