import { postgresStorage } from '@cartwright/adapters-postgres'
import { migratedDatabase, onServer, type ScratchDatabase, scratchDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import type { Plant } from './plant.ts'

/** A migrated database of Postgres, spoilt if the fault wants that: then it is made for this one use, and gone afterwards. */
export async function spoiltDatabase(plant: Plant | undefined): Promise<ScratchDatabase> {
  const statements = plant?.sql?.postgres
  if (statements === undefined) return migratedDatabase()
  const database = await scratchDatabase()
  const storage = postgresStorage({ url: database.url })
  await storage.migrations.up()
  await storage.close()
  await onServer(database.url, statements)
  return database
}
