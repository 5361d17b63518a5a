import { postgresStorage } from '@cartwright/adapters-postgres'
import type { Storage } from '@cartwright/core/ports'
import { migratedDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { overlay } from '../planted/overlay.ts'

/** Opens an empty, migrated database of Postgres for one run; closing it gives it back, to be emptied for the next. */
export async function wipedPostgres(): Promise<Storage> {
  const database = await migratedDatabase()
  const storage = postgresStorage({ url: database.url })
  const close = async () => {
    await storage.close()
    await database.drop()
  }
  return overlay(storage, { close })
}
