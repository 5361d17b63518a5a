import type { Storage } from '@cartwright/core/ports'
import type { Lacks } from './capability.ts'
import { openedForTest } from './opened-for-test.ts'

/** A storage for one test. */
export interface OpenedStorage {
  /** Empty, with every migration applied. */
  readonly storage: Storage
  /** Opens the same database once more, as another process would. The suite closes what it opens. Left out only by storages that lack `secondHandle`. */
  readonly another?: () => Promise<Storage>
  /** Closes the storage and removes its database. */
  readonly dispose: () => Promise<void>
}

/**
 * What a database may lack.
 * - `readsDuringWrites`: a snapshot can be read while a transaction is open.
 * - `secondHandle`: the database can be opened twice. Without it, races are run on one handle.
 */
export type StorageCapability = 'readsDuringWrites' | 'secondHandle'

/** What every suite over a `Storage` is run with. */
export interface StorageSuiteOptions {
  /** The heading in the test report, e.g. `SQLite on a file`. */
  readonly name: string
  /** Called before every test. */
  readonly open: () => Promise<OpenedStorage>
  readonly lacks?: Lacks<StorageCapability>
}

/** A storage that each test finds as `open` made it. */
export interface TestStorage {
  (): Storage
  /** Another handle on the same database; the first handle where the storage lacks a second. */
  another(): Promise<Storage>
}

/** Registers the hooks that open a storage before each test of the surrounding `describe` and dispose of it afterwards. */
export function testStorage(options: StorageSuiteOptions): TestStorage {
  const others: Storage[] = []
  const current = openedForTest(options.open, async ({ dispose }) => {
    for (const other of others.splice(0)) await other.close()
    await dispose()
  })
  const another = async (): Promise<Storage> => {
    if (options.lacks?.secondHandle !== undefined) return current().storage
    const other = await current().another?.()
    if (other === undefined) throw new Error('open() gives no `another`: add it, or say in `lacks.secondHandle` why there is none')
    others.push(other)
    return other
  }
  return Object.assign(() => current().storage, { another })
}
