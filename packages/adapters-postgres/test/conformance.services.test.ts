import { type PostgresStorageOptions, postgresStorage } from '@cartwright/adapters-postgres'
import {
  cartSuite,
  idempotencySuite,
  type OpenedStorage,
  orderSuite,
  outboxSuite,
  type StorageSuiteOptions,
  stockSuite,
  storageSuite,
} from '@cartwright/testing/conformance'
import { migratedDatabase, type ScratchDatabase } from './scratch-database.ts'

async function open(optionsFor: (database: ScratchDatabase) => PostgresStorageOptions): Promise<OpenedStorage> {
  const database = await migratedDatabase()
  const options = optionsFor(database)
  const storage = postgresStorage(options)
  return {
    storage,
    another: async () => postgresStorage(options),
    dispose: async () => {
      await storage.close()
      await database.drop()
    },
  }
}

const engines: readonly StorageSuiteOptions[] = [
  { name: 'Postgres', open: () => open(({ url }) => ({ url })) },
  { name: 'Postgres through pgbouncer', open: () => open(({ pooledUrl }) => ({ url: pooledUrl, pgbouncer: true })) },
]

for (const engine of engines) {
  storageSuite(engine)
  stockSuite(engine)
  cartSuite(engine)
  orderSuite(engine)
  outboxSuite(engine)
  idempotencySuite(engine)
}
