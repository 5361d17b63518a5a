import { type PostgresStorageOptions, postgresStorage } from '@cartwright/adapters-postgres'
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
import { Client } from 'pg'
import { migratedDatabase, type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

/** What a suite opens: a migrated database, or, for the migrations themselves, one without a table. */
type Schema = 'migrated' | 'none'

async function open(schema: Schema, optionsFor: (database: ScratchDatabase) => PostgresStorageOptions): Promise<OpenedStorage> {
  const database = await (schema === 'migrated' ? migratedDatabase() : scratchDatabase())
  const options = optionsFor(database)
  const storage = postgresStorage(options)
  return {
    storage,
    another: async () => postgresStorage(options),
    impatient: async () => postgresStorage({ ...options, timeouts: { lockMs: 100 } }),
    hostTransaction: () => hostTransaction(database.url),
    dispose: async () => {
      await storage.close()
      await database.drop()
    },
  }
}

async function hostTransaction(url: string): Promise<OpenedHostTransaction> {
  const transaction = new Client({ connectionString: url })
  await transaction.connect()
  await transaction.query('BEGIN')
  return {
    transaction,
    commit: async () => void (await transaction.query('COMMIT')),
    rollback: async () => void (await transaction.query('ROLLBACK')),
    close: () => transaction.end(),
  }
}

interface Engine extends Omit<StorageSuiteOptions, 'open'> {
  readonly optionsFor: (database: ScratchDatabase) => PostgresStorageOptions
}

const engines: readonly Engine[] = [
  { name: 'Postgres', optionsFor: ({ url }) => ({ url }) },
  {
    name: 'Postgres through pgbouncer',
    optionsFor: ({ pooledUrl }) => ({ url: pooledUrl, pgbouncer: true }),
    lacks: { watch: 'behind pgbouncer no connection is kept to listen on' },
  },
]

// What readers find does not hang on the replica's having it yet; all else in this suite asks for what is fresh.
storageSuite({ name: 'Postgres with a replica', open: () => open('migrated', ({ url, replicaUrl }) => ({ url, replicas: [replicaUrl], probeIntervalMs: 1 })) })

for (const { optionsFor, ...rest } of engines) {
  migrationSuite({ ...rest, open: () => open('none', optionsFor) })
  const engine: StorageSuiteOptions = { ...rest, open: () => open('migrated', optionsFor) }
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
