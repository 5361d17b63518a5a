import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { Storage, StorageSnapshot, StorageTransaction } from '@cartwright/core/ports'
import type { OpenedHostTransaction, StorageSuiteOptions } from '@cartwright/testing/conformance'
import Database from 'better-sqlite3'
import { migratedImage } from '../../packages/adapters-sqlite/test/migrated-image.ts'
import { overlay, withFault } from '../planted/overlay.ts'

const memory = {
  readsDuringWrites: 'one connection: a snapshot waits for the transaction',
  secondHandle: 'the database ends with its handle',
  impatience: 'nobody else can hold a lock on it',
}
const unheard = { watch: 'SQLite tells nobody of commits' }

interface SuiteOn {
  /** @default 'migrated' */
  readonly schema?: 'migrated' | 'none'
  /** Whether the faulty storage can tell of events. @default false */
  readonly watches?: boolean
}

/** Runs a suite on a database in memory that has been made faulty. */
export function on(
  suite: (options: StorageSuiteOptions) => void,
  faulty: (storage: Storage) => Storage,
  { schema = 'migrated', watches = false }: SuiteOn = {},
) {
  return (name: string): void => {
    const open = async () => {
      const database = new Database(schema === 'migrated' ? await migratedImage() : ':memory:')
      const storage = sqliteStorage({ database })
      const dispose = async () => {
        await storage.close()
        database.close()
      }
      return { storage: faulty(storage), hostTransaction: async () => hostTransaction(database), dispose }
    }
    suite({ name, lacks: { ...memory, ...(watches ? {} : unheard) }, open })
  }
}

/** The host and the storage share the one handle that there is on a database in memory: the storage must be left alone meanwhile. */
function hostTransaction(transaction: Database.Database): OpenedHostTransaction {
  transaction.exec('BEGIN IMMEDIATE')
  const rollback = async () => void transaction.exec('ROLLBACK')
  return {
    transaction,
    commit: async () => void transaction.exec('COMMIT'),
    rollback,
    close: async () => {
      if (transaction.inTransaction) await rollback()
    },
  }
}

/** A fault in one store, in transactions and in snapshots. */
export function inStore<Name extends keyof StorageTransaction & keyof StorageSnapshot>(
  name: Name,
  faulty: (store: StorageTransaction[Name], tx: StorageTransaction) => StorageTransaction[Name],
): (storage: Storage) => Storage {
  const layer = <Scope extends StorageSnapshot | StorageTransaction>(scope: Scope): Scope => {
    const tx = scope as unknown as StorageTransaction
    return overlay(tx, { [name]: faulty(tx[name], tx) } as Partial<StorageTransaction>) as unknown as Scope
  }
  return (storage) => withFault(storage, layer, layer)
}
