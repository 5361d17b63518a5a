import { postgresStorage } from '@cartwright/adapters-postgres'
import type { Storage } from '@cartwright/core/ports'
import { afterEach } from 'vitest'
import { migratedDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { keepTestShopsIn } from '../../packages/core/test/test-storage.ts'
import { keepStripeShopsIn } from '../../packages/payments-stripe/test/open-shop.ts'

/** Plays tests that are written for a shop in memory on Postgres: each shop gets a migrated database, which is given back when its test has ended. */
const endings: (() => Promise<void>)[] = []

async function openPostgres(): Promise<Storage> {
  const database = await migratedDatabase()
  const storage = postgresStorage({ url: database.url })
  endings.push(async () => {
    await storage.close()
    await database.drop()
  })
  return storage
}

keepTestShopsIn(openPostgres)
keepStripeShopsIn(openPostgres)

afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})
