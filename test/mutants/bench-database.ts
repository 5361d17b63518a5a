import { postgresStorage } from '@cartwright/adapters-postgres'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { Storage } from '@cartwright/core/ports'
import Database from 'better-sqlite3'
import { migratedImage } from '../../packages/adapters-sqlite/test/migrated-image.ts'
import type { Plant } from '../planted/plant.ts'
import { spoiltDatabase } from '../planted/spoilt-database.ts'
import type { EngineName } from '../races/arena.ts'

/** The migrated database of a bench, with the fault in it if it is one of databases. */
export interface BenchDatabase {
  /** Closed by the shop that uses it. */
  readonly storage: Storage
  remove(): Promise<void>
}

export async function openBenchDatabase(engine: EngineName | undefined, plant: Plant | undefined): Promise<BenchDatabase> {
  return engine === 'postgres' ? openPostgres(plant) : openMemory(plant)
}

async function openPostgres(plant: Plant | undefined): Promise<BenchDatabase> {
  const database = await spoiltDatabase(plant)
  const storage = postgresStorage({ url: database.url })
  return { storage, remove: () => database.drop() }
}

async function openMemory(plant: Plant | undefined): Promise<BenchDatabase> {
  const database = new Database(await migratedImage())
  const storage = sqliteStorage({ database })
  if (plant?.sql?.sqlite !== undefined) database.exec(plant.sql.sqlite)
  return { storage, remove: async () => void database.close() }
}
