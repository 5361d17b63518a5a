import type { Storage } from '@cartwright/core/ports'
import type { Lacks } from './capability.ts'
import { openedForTest } from './opened-for-test.ts'

/** A storage for one test. */
export interface OpenedStorage {
  /** Empty, with every migration applied. */
  readonly storage: Storage
  /** Opens the same database once more, as another process would. The suite closes what it opens. Left out only by storages that lack `secondHandle`. */
  readonly another?: () => Promise<Storage>
  /** Opens it with a deadline for locks of at most a second. Left out only by storages that lack `impatience`. The suite closes what it opens. */
  readonly impatient?: () => Promise<Storage>
  /** Closes the storage and removes its database. */
  readonly dispose: () => Promise<void>
}

/**
 * What a database may lack.
 * - `readsDuringWrites`: a snapshot can be read while a transaction is open.
 * - `secondHandle`: the database can be opened twice. Without it, races are run on one handle.
 * - `impatience`: a handle can be opened that gives up waiting for a lock within a second.
 * - `together`: several transactions can share one commit.
 * - `load`: many new products can be written in bulk.
 */
export type StorageCapability = 'readsDuringWrites' | 'secondHandle' | 'impatience' | 'together' | 'load'

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
  /** A handle that soon gives up waiting for a lock. */
  impatient(): Promise<Storage>
}

/** Registers the hooks that open a storage before each test of the surrounding `describe` and dispose of it afterwards. */
export function testStorage(options: StorageSuiteOptions): TestStorage {
  const others: Storage[] = []
  const current = openedForTest(options.open, async ({ dispose }) => {
    for (const other of others.splice(0)) await other.close()
    await dispose()
  })
  const opening = async (open: (() => Promise<Storage>) | undefined, name: string, capability: StorageCapability): Promise<Storage> => {
    if (open === undefined) throw new Error(`open() gives no \`${name}\`: add it, or say in \`lacks.${capability}\` why there is none`)
    const other = await open()
    others.push(other)
    return other
  }
  const another = async (): Promise<Storage> =>
    options.lacks?.secondHandle === undefined ? opening(current().another, 'another', 'secondHandle') : current().storage
  const impatient = (): Promise<Storage> => opening(current().impatient, 'impatient', 'impatience')
  return Object.assign(() => current().storage, { another, impatient })
}
