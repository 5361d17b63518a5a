import type { Storage } from '@cartwright/core/ports'
import type { Lacks } from './capability.ts'
import { openedForTest } from './opened-for-test.ts'

/** A transaction that a test has begun as a host would, on a connection of its own. */
export interface OpenedHostTransaction {
  /** What `within` takes. */
  readonly transaction: unknown
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Closes the connection; undoes the transaction if it has not ended. */
  close(): Promise<void>
}

/** A storage for one test. */
export interface OpenedStorage {
  /** Empty, with every migration applied. */
  readonly storage: Storage
  /** Opens the same database once more, as another process would. The suite closes what it opens. Left out only by storages that lack `secondHandle`. */
  readonly another?: () => Promise<Storage>
  /** Opens it with a deadline for locks of at most a second. Left out only by storages that lack `impatience`. The suite closes what it opens. */
  readonly impatient?: () => Promise<Storage>
  /** Begins a transaction on the same database, past the storage. Left out only by storages that lack `within`. */
  readonly hostTransaction?: () => Promise<OpenedHostTransaction>
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
 * - `within`: the shop can take part in a transaction of the host.
 * - `watch`: processes hear of each other's events.
 */
export type StorageCapability = 'readsDuringWrites' | 'secondHandle' | 'impatience' | 'together' | 'load' | 'within' | 'watch'

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
  /** Closes one of the other handles before the end of the test. */
  close(other: Storage): Promise<void>
  /** A transaction of the host, whose connection is closed after the test. */
  hostTransaction(): Promise<OpenedHostTransaction>
}

/** The shop in a transaction of the host. */
export function joinedTo(storage: Storage, { transaction }: Pick<OpenedHostTransaction, 'transaction'>): Storage {
  const host = storage as Storage<unknown>
  if (host.within === undefined) throw new Error('the storage has no `within`: add it, or say in `lacks.within` why there is none')
  return host.within(transaction)
}

/** Registers the hooks that open a storage before each test of the surrounding `describe` and dispose of it afterwards. */
export function testStorage(options: StorageSuiteOptions): TestStorage {
  const others: { close(): Promise<void> }[] = []
  const current = openedForTest(options.open, async ({ dispose }) => {
    for (const other of others.splice(0)) await other.close()
    await dispose()
  })
  const opening = async <T extends { close(): Promise<void> }>(
    open: (() => Promise<T>) | undefined,
    name: keyof OpenedStorage,
    capability: StorageCapability,
  ): Promise<T> => {
    if (open === undefined) throw new Error(`open() gives no \`${name}\`: add it, or say in \`lacks.${capability}\` why there is none`)
    const other = await open()
    others.push(other)
    return other
  }
  const close = async (other: Storage): Promise<void> => {
    others.splice(others.indexOf(other), 1)
    await other.close()
  }
  const another = async (): Promise<Storage> =>
    options.lacks?.secondHandle === undefined ? opening(current().another, 'another', 'secondHandle') : current().storage
  const impatient = (): Promise<Storage> => opening(current().impatient, 'impatient', 'impatience')
  const hostTransaction = (): Promise<OpenedHostTransaction> => opening(current().hostTransaction, 'hostTransaction', 'within')
  return Object.assign(() => current().storage, { another, impatient, close, hostTransaction })
}
