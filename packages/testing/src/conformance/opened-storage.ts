import type { Storage } from '@cartwright/core/ports'
import { afterEach, beforeEach } from 'vitest'

/** A storage for one test. */
export interface OpenedStorage {
  /** Empty, with every migration applied. */
  readonly storage: Storage
  /** Opens the same database once more, as another process would. The suite closes what it opens. */
  readonly another?: () => Promise<Storage>
  /** Closes the storage and removes its database. */
  readonly dispose: () => Promise<void>
}

/** What every suite over a `Storage` is run with. */
export interface StorageSuiteOptions {
  /** The heading in the test report, e.g. `SQLite on a file`. */
  readonly name: string
  /** Called before every test. */
  readonly open: () => Promise<OpenedStorage>
  /** Whether a snapshot can be read while a transaction is open; false for a database with one connection. @default true */
  readonly readsDuringWrites?: boolean
}

/** A storage that each test finds empty. */
export interface TestStorage {
  (): Storage
  /** Another handle on the same database; the first handle where the options offer no other. */
  another(): Promise<Storage>
}

/** Registers the hooks that open a storage before each test of the surrounding `describe` and dispose of it afterwards. */
export function testStorage(options: StorageSuiteOptions): TestStorage {
  let opened: OpenedStorage | undefined
  let others: Storage[] = []
  beforeEach(async () => {
    opened = await options.open()
  })
  afterEach(async () => {
    for (const other of others) await other.close()
    others = []
    await opened?.dispose()
    opened = undefined
  })
  const current = (): OpenedStorage => {
    if (opened === undefined) throw new Error('the storage is open during tests only')
    return opened
  }
  const another = async (): Promise<Storage> => {
    const { storage, another: openAnother } = current()
    if (openAnother === undefined) return storage
    const other = await openAnother()
    others.push(other)
    return other
  }
  return Object.assign(() => current().storage, { another })
}
