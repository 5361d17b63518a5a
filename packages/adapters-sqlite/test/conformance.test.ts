import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SqliteStorageOptions, sqliteStorage } from '@cartwright/adapters-sqlite'
import type { Storage } from '@cartwright/core/ports'
import {
  cartSuite,
  catalogSuite,
  idempotencySuite,
  type OpenedStorage,
  orderSuite,
  outboxSuite,
  paymentSuite,
  quoteSuite,
  type StorageSuiteOptions,
  stockSuite,
  storageSuite,
} from '@cartwright/testing/conformance'

async function migrated(options: SqliteStorageOptions): Promise<Storage> {
  const storage = sqliteStorage(options)
  await storage.migrations.up()
  return storage
}

async function openFile(): Promise<OpenedStorage> {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-'))
  const options = { file: join(directory, 'shop.db'), synchronous: 'OFF' } as const
  const storage = await migrated(options)
  return {
    storage,
    another: async () => sqliteStorage(options),
    dispose: async () => {
      await storage.close()
      await rm(directory, { recursive: true })
    },
  }
}

async function openMemory(): Promise<OpenedStorage> {
  const storage = await migrated({ file: ':memory:' })
  return { storage, dispose: () => storage.close() }
}

const engines: readonly StorageSuiteOptions[] = [
  { name: 'SQLite on a file', open: openFile },
  {
    name: 'SQLite in memory',
    open: openMemory,
    lacks: { readsDuringWrites: 'one connection: a snapshot waits for the transaction', secondHandle: 'the database ends with its handle' },
  },
]

for (const engine of engines) {
  storageSuite(engine)
  catalogSuite(engine)
  stockSuite(engine)
  cartSuite(engine)
  quoteSuite(engine)
  orderSuite(engine)
  paymentSuite(engine)
  outboxSuite(engine)
  idempotencySuite(engine)
}
