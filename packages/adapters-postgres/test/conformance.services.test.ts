import { type PostgresStorageOptions, postgresStorage } from '@cartwright/adapters-postgres'
import {
  auditSuite,
  cartSuite,
  catalogSuite,
  idempotencySuite,
  inboxSuite,
  migrationSuite,
  type OpenedStorage,
  orderSuite,
  outboxSuite,
  paymentSuite,
  quoteSuite,
  type StorageSuiteOptions,
  stockSuite,
  storageSuite,
  workFailureSuite,
} from '@cartwright/testing/conformance'
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
    dispose: async () => {
      await storage.close()
      await database.drop()
    },
  }
}

const engines: readonly { readonly name: string; readonly optionsFor: (database: ScratchDatabase) => PostgresStorageOptions }[] = [
  { name: 'Postgres', optionsFor: ({ url }) => ({ url }) },
  { name: 'Postgres through pgbouncer', optionsFor: ({ pooledUrl }) => ({ url: pooledUrl, pgbouncer: true }) },
]

// What readers find does not hang on the replica's having it yet; all else in this suite asks for what is fresh.
storageSuite({ name: 'Postgres with a replica', open: () => open('migrated', ({ url, replicaUrl }) => ({ url, replicas: [replicaUrl], probeIntervalMs: 1 })) })

for (const { name, optionsFor } of engines) {
  migrationSuite({ name, open: () => open('none', optionsFor) })
  const engine: StorageSuiteOptions = { name, open: () => open('migrated', optionsFor) }
  storageSuite(engine)
  catalogSuite(engine)
  stockSuite(engine)
  cartSuite(engine)
  quoteSuite(engine)
  orderSuite(engine)
  paymentSuite(engine)
  inboxSuite(engine)
  outboxSuite(engine)
  idempotencySuite(engine)
  workFailureSuite(engine)
  auditSuite(engine)
}
