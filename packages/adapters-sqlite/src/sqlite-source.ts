import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Timers } from '@cartwright/core/ports'
import type { MigratedCopies } from '@cartwright/storage-sql'
import Database from 'better-sqlite3'
import { LockWait } from './lock-wait.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { asCommerceError, isBusy, storageUnavailable } from './sqlite-errors.ts'

/** How far a commit is forced to the disk before it is reported: `FULL` survives a power cut, `NORMAL` may lose the last commits in one, `OFF` may lose the file. */
export type Synchronous = 'FULL' | 'NORMAL' | 'OFF'

/** Where connections come from; each call makes another one. */
export interface SqliteSource {
  /** False for a database in memory and for a handle of the host's: everything goes through its one connection. */
  readonly separateReaders: boolean
  openWriter(): Promise<SqliteConnection>
  openReader(): Promise<SqliteConnection>
  /** Of databases that nobody else can have opened. */
  readonly copies?: MigratedCopies
  /** Closes a connection that was opened here. */
  close(connection: SqliteConnection): void
}

/**
 * How many pages the log may have before a commit folds it into the file, 16 MB of them. An order writes nearly a hundred, most of them the same as the one before: at
 * SQLite's 1000, every eleventh order waits while the file is written and forced to the disk. Up to 4000 the log's index is one block, and reading costs no more.
 */
const logPages = 4_000

interface FileParts {
  readonly file: string
  readonly synchronous: Synchronous
  readonly busyDeadlineMs: number
  readonly timers: Timers
}

/** A database in a file, which other processes may have open too. */
export function fileSource({ file, synchronous, busyDeadlineMs, timers }: FileParts): SqliteSource {
  const path = resolve(file)
  const open = async (setUp: (database: SqliteDatabase) => void): Promise<SqliteConnection> => {
    if (!existsSync(dirname(path))) throw storageUnavailable(`Cannot open ${path}: the directory ${dirname(path)} does not exist`)
    const database = openHandle(path)
    try {
      // Several processes may be opening the file, and one of them switching it to WAL.
      await new LockWait(busyDeadlineMs, timers).until(() => unlessBusy(() => setUp(database)), timers.nowMs())
      return new SqliteConnection(database)
    } catch (error) {
      database.close()
      throw asCommerceError(error, database)
    }
  }
  return {
    separateReaders: true,
    openWriter: () =>
      open((database) => {
        if (database.pragma('journal_mode', { simple: true }) !== 'wal') database.pragma('journal_mode = WAL')
        database.pragma(`synchronous = ${synchronous}`)
        database.pragma('foreign_keys = ON')
        database.pragma(`wal_autocheckpoint = ${logPages}`)
        database.pragma('journal_size_limit = 67108864')
      }),
    // Not opened as read-only: such a handle could not repair the log's index after another process was killed.
    openReader: () => open((database) => database.pragma('query_only = ON')),
    close: (connection) => connection.database.close(),
  }
}

/** Before Node-API 10, better-sqlite3 ends the process without a word as it opens a database. */
function requireNode(): void {
  if (Number(process.versions.napi) < 10) throw storageUnavailable(`better-sqlite3 needs Node 22.14 or newer, and this is Node ${process.versions.node}`)
}

/** What the first database in memory that was migrated in this process held then: 1 MB, which opens in a tenth of the time that the migrations take. */
let migrated: Buffer | undefined

/** A database that lives as long as its connection. A process that opens many, as tests do, runs the migrations once. */
export function memorySource(): SqliteSource {
  let contents: Buffer | ':memory:' = ':memory:'
  let database: Database.Database | undefined
  return {
    separateReaders: false,
    openWriter: async () => {
      if (database !== undefined) throw storageUnavailable('The database in memory is gone')
      database = openHandle(contents)
      database.pragma('foreign_keys = ON')
      return new SqliteConnection(database)
    },
    openReader: () => Promise.reject(storageUnavailable('A database in memory has one connection')),
    close: (connection) => connection.database.close(),
    copies: {
      tryCopy: () => {
        if (migrated === undefined || contents === migrated || database !== undefined) return false
        contents = migrated
        return true
      },
      keep: () => {
        migrated ??= database?.serialize()
      },
    },
  }
}

/** A handle that the host opened and closes. */
export function hostSource(database: SqliteDatabase): SqliteSource {
  return {
    separateReaders: false,
    openWriter: async () => {
      if (!database.open) throw storageUnavailable('The database handle has been closed by its owner')
      database.pragma('foreign_keys = ON')
      database.pragma('busy_timeout = 0')
      return new SqliteConnection(database)
    },
    openReader: () => Promise.reject(storageUnavailable('A handle of the host is one connection')),
    close: () => undefined,
  }
}

/** @param from - a path, or what the file of a database held */
function openHandle(from: string | Buffer): Database.Database {
  requireNode()
  try {
    return new Database(from, { timeout: 0 })
  } catch (error) {
    throw asCommerceError(error, { name: typeof from === 'string' ? from : ':memory:' } as SqliteDatabase)
  }
}

function unlessBusy(step: () => void): boolean {
  try {
    step()
    return true
  } catch (error) {
    if (isBusy(error)) return false
    throw error
  }
}
