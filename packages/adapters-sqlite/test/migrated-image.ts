import { sqliteStorage } from '@cartwright/adapters-sqlite'
import Database from 'better-sqlite3'

let image: Promise<Buffer> | undefined

/** What the file of an empty, migrated database holds. Made once in a process: a copy costs far less than the migrations. */
export function migratedImage(): Promise<Buffer> {
  image ??= migrate()
  return image
}

async function migrate(): Promise<Buffer> {
  const database = new Database(':memory:')
  await sqliteStorage({ database }).migrations.up()
  return database.serialize()
}
