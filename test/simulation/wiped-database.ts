import { type SqliteStorageOptions, sqliteStorage } from '@cartwright/adapters-sqlite'
import type { Storage, Timers } from '@cartwright/core/ports'
import Database from 'better-sqlite3'

/** Time stands still for the adapter: it never makes way for a host, and its only lock is its own. */
const still: Timers = { nowMs: () => 0, sleep: async () => {} }

/**
 * One database in memory, migrated once and emptied for each run: cheaper by far than a new one, for its statements stay compiled.
 *
 * @returns opens it; one run at a time.
 */
export function wipedDatabase(): () => Promise<Storage> {
  const database = new Database(':memory:')
  const storage = sqliteStorage({ database, timers: still } satisfies SqliteStorageOptions)
  let wipe: (() => void) | undefined
  const kept: Storage = new Proxy(storage, {
    get: (target, property) => {
      if (property === 'close') return async () => {}
      const member: unknown = Reflect.get(target, property, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return async () => {
    if (wipe === undefined) {
      await storage.migrations.up()
      wipe = wiper(database)
    } else {
      wipe()
    }
    return kept
  }
}

/** Empties every table, those that refer to others first. Foreign keys stay on: to switch them would make SQLite compile every statement anew. */
function wiper(database: Database.Database): () => void {
  const named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('schema_migrations', 'sqlite_stat1') ORDER BY rowid DESC"
  const tables = database.prepare(named).pluck().all() as string[]
  const statements = tables.map((table) => database.prepare(`DELETE FROM "${table}"`))
  return database.transaction(() => {
    for (const statement of statements) statement.run()
  })
}
