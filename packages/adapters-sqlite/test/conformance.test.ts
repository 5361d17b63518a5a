import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import {
  accountSuite,
  auditSuite,
  cartSuite,
  catalogSuite,
  creditSuite,
  customerSuite,
  idempotencySuite,
  inboxSuite,
  migrationSuite,
  type OpenedHostTransaction,
  type OpenedStorage,
  orderSuite,
  outboxSuite,
  paymentSuite,
  priceListSuite,
  promotionSuite,
  quoteSuite,
  returnSuite,
  reviewSuite,
  type StorageSuiteOptions,
  searchSettingsSuite,
  stockSuite,
  storageSuite,
  wishListSuite,
  workFailureSuite,
} from '@cartwright/testing/conformance'
import Database from 'better-sqlite3'
import { migratedImage } from './migrated-image.ts'

/** What a suite opens: a migrated storage, or, for the migrations themselves, one without a table. */
type Schema = 'migrated' | 'none'

async function openFile(schema: Schema): Promise<OpenedStorage> {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-'))
  const options = { file: join(directory, 'shop.db'), synchronous: 'OFF' } as const
  if (schema === 'migrated') await writeFile(options.file, await migratedImage())
  const storage = sqliteStorage(options)
  if (schema === 'migrated') await storage.migrations.up()
  return {
    storage,
    another: async () => sqliteStorage(options),
    impatient: async () => sqliteStorage({ ...options, busyDeadlineMs: 50 }),
    hostTransaction: async () => hostTransaction(options.file),
    dispose: async () => {
      await storage.close()
      await rm(directory, { recursive: true })
    },
  }
}

function hostTransaction(file: string): OpenedHostTransaction {
  const transaction = new Database(file)
  transaction.exec('BEGIN IMMEDIATE')
  return {
    transaction,
    commit: async () => void transaction.exec('COMMIT'),
    rollback: async () => void transaction.exec('ROLLBACK'),
    close: async () => void transaction.close(),
  }
}

async function openMemory(schema: Schema): Promise<OpenedStorage> {
  const storage = sqliteStorage({ file: ':memory:' })
  if (schema === 'migrated') await storage.migrations.up()
  return { storage, dispose: () => storage.close() }
}

interface Engine extends Omit<StorageSuiteOptions, 'open'> {
  readonly open: (schema: Schema) => Promise<OpenedStorage>
}

const unheard = 'SQLite tells nobody of commits'

const engines: readonly Engine[] = [
  { name: 'SQLite on a file', open: openFile, lacks: { watch: unheard } },
  {
    name: 'SQLite in memory',
    open: openMemory,
    lacks: {
      readsDuringWrites: 'one connection: a snapshot waits for the transaction',
      secondHandle: 'the database ends with its handle',
      impatience: 'nobody else can hold a lock on it',
      within: 'the host has no connection to it',
      watch: unheard,
    },
  },
]

for (const { open, ...rest } of engines) {
  migrationSuite({ ...rest, open: () => open('none') })
  const engine: StorageSuiteOptions = { ...rest, open: () => open('migrated') }
  storageSuite(engine)
  catalogSuite(engine)
  stockSuite(engine)
  cartSuite(engine)
  quoteSuite(engine)
  orderSuite(engine)
  paymentSuite(engine)
  returnSuite(engine)
  priceListSuite(engine)
  wishListSuite(engine)
  reviewSuite(engine)
  promotionSuite(engine)
  creditSuite(engine)
  inboxSuite(engine)
  outboxSuite(engine)
  idempotencySuite(engine)
  searchSettingsSuite(engine)
  workFailureSuite(engine)
  customerSuite(engine)
  accountSuite(engine)
  auditSuite(engine)
}
