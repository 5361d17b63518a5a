import { CommerceError, type Storage, systemTimers, type Timers } from '@cartwright/core/ports'
import { sqlStorage } from '@cartwright/storage-sql'
import { diagnoseSqlite } from './diagnose.ts'
import { joinTransaction } from './join-transaction.ts'
import { SqliteConnections } from './sqlite-connections.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { fileSource, hostSource, memorySource, type SqliteSource, type Synchronous } from './sqlite-source.ts'

interface CommonOptions {
  /** How long to wait for a lock that another process holds, in ms; then `STORAGE_BUSY`. The event loop runs on meanwhile. @default 10000 */
  readonly busyDeadlineMs?: number
  /** Pauses inside the process; for simulators. @default the process's own timers */
  readonly timers?: Timers
}

interface FileOptions extends CommonOptions {
  /**
   * Where the database is, or `:memory:` for one that ends with the storage: the first of those in a process runs the migrations, the others start as copies. A file is
   * made if it is missing, its directory is not.
   */
  readonly file: string
  /** How far a commit is forced to the disk before it is reported. @default 'FULL' */
  readonly synchronous?: Synchronous
  /** How many snapshots may be read at once, each on a connection of its own. @default 2 */
  readonly readers?: number
  readonly database?: undefined
}

interface HandleOptions extends CommonOptions {
  /**
   * An open better-sqlite3 handle. The host keeps it and closes it. Foreign keys are switched on and its `busy_timeout` is set to 0; its journal mode and
   * `synchronous` stay as they are. What the host runs on it while a transaction of the storage is open becomes part of that transaction.
   */
  readonly database: SqliteDatabase
  readonly file?: undefined
}

export type SqliteStorageOptions = FileOptions | HandleOptions

/**
 * Keeps a shop in one SQLite file: no server, and any number of processes on the file. Nothing is opened before the first use.
 *
 * Errors: `STORAGE_BUSY` when others hold the lock until the deadline; `STORAGE_UNAVAILABLE` when the file cannot be opened, the disk is full or read-only.
 *
 * @example
 * const commerce = await createCommerce({ storage: sqliteStorage({ file: 'shop.db' }), currency: 'USD' })
 */
export function sqliteStorage(options: SqliteStorageOptions): Storage<SqliteDatabase> {
  const { busyDeadlineMs = 10_000, timers = systemTimers } = options
  const readers = options.database === undefined ? (options.readers ?? 2) : 1
  if (!Number.isInteger(readers) || readers < 1) throw invalid('readers', 'must be a whole number of at least 1')
  const source = chooseSource(options, busyDeadlineMs, timers)
  const connections = new SqliteConnections({ source, readers, busyDeadlineMs, timers })
  return sqlStorage({
    dialect: sqliteDialect,
    connections,
    migratesOnStart: true,
    diagnose: () => diagnoseSqlite(connections),
    join: joinTransaction,
    copies: source.copies,
  })
}

function chooseSource(options: SqliteStorageOptions, busyDeadlineMs: number, timers: Timers): SqliteSource {
  if (options.database !== undefined) return hostSource(options.database)
  if (options.file === ':memory:') return memorySource()
  if (options.file === '' || options.file.startsWith('file:')) throw invalid('file', 'must be a path or :memory:')
  return fileSource({ file: options.file, synchronous: options.synchronous ?? 'FULL', busyDeadlineMs, timers })
}

function invalid(path: string, message: string): CommerceError {
  return new CommerceError('INVALID_INPUT', { details: { issues: [{ path, message }] }, message: `${path} ${message}` })
}
