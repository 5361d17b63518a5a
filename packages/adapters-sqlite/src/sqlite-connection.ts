import { CommerceError } from '@cartwright/core/ports'
import type { SqlConnection, SqlResult } from '@cartwright/storage-sql'
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'
import { asCommerceError, isBusy, isSqliteError, storageUnavailable } from './sqlite-errors.ts'
import { StatementCache } from './statement-cache.ts'

const keptStatements = 256

/** One handle with its prepared statements, and the transaction that may be open on it. */
export class SqliteConnection implements SqlConnection {
  readonly database: SqliteDatabase
  readonly #statements: StatementCache
  readonly #clock: SqliteStatement
  /** SQLite has rolled the transaction back by itself. */
  #lost = false

  constructor(database: SqliteDatabase) {
    this.database = database
    this.#statements = new StatementCache(database, keptStatements)
    this.#clock = database.prepare("SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER)").pluck()
  }

  execute(sql: string, parameters: readonly unknown[]): SqlResult {
    if (this.#lost) throw lostTransaction()
    try {
      const statement = this.#statements.get(sql)
      if (statement.reader) return { rows: statement.all(...parameters), changes: 0 }
      return { rows: [], changes: statement.run(...parameters).changes }
    } catch (error) {
      this.#lost = !this.database.inTransaction
      throw asCommerceError(error, this.database)
    }
  }

  now(): Date {
    return new Date(this.#clock.get() as number)
  }

  /** Opens a transaction that holds the write lock. @returns false while someone else holds it. */
  tryBeginWrite(): boolean {
    return this.#unlessBusy(() => {
      if (this.database.inTransaction) return false
      this.#statements.get('BEGIN IMMEDIATE').run()
      this.#lost = false
      return true
    })
  }

  /** Opens a read transaction and fixes its snapshot, which SQLite would else do at the first SELECT. @returns false while the file is locked, as after a crash. */
  tryBeginRead(): boolean {
    return this.#unlessBusy(() => {
      if (this.database.inTransaction) return false
      this.#statements.get('BEGIN').run()
      this.#lost = false
      try {
        this.#statements.get('PRAGMA user_version').get()
      } catch (error) {
        this.rollback()
        throw error
      }
      return true
    })
  }

  /**
   * @returns false while readers of a file that is not in WAL mode stand in the way; the transaction is still open then.
   * @throws OUTCOME_UNKNOWN when the disk failed: the commit may be found in the log after a crash.
   */
  tryCommit(): boolean {
    if (this.#lost) throw lostTransaction()
    return this.#unlessBusy(() => {
      try {
        this.#statements.get('COMMIT').run()
        return true
      } catch (error) {
        if (isSqliteError(error) && error.code.startsWith('SQLITE_IOERR')) throw new CommerceError('OUTCOME_UNKNOWN', { details: {}, cause: error })
        throw error
      }
    })
  }

  /** Ends the open transaction, if there is one. Never throws: a connection that cannot roll back is no longer {@link usable}. */
  rollback(): void {
    if (!this.database.inTransaction) return
    try {
      this.#statements.get('ROLLBACK').run()
    } catch (error) {
      if (!isSqliteError(error)) throw error
    }
  }

  /** Outside transactions only: SQLite ignores it inside one. */
  switchForeignKeys(on: boolean): void {
    this.database.pragma(`foreign_keys = ${on ? 'ON' : 'OFF'}`)
  }

  /** @throws CONSTRAINT_VIOLATION when a reference leads nowhere. */
  requireReferences(): void {
    const [broken] = this.database.pragma('foreign_key_check') as readonly { readonly table: string; readonly parent: string }[]
    if (broken === undefined) return
    const constraint = `${broken.table} references ${broken.parent}`
    throw new CommerceError('CONSTRAINT_VIOLATION', { details: { constraint }, message: `a reference leads nowhere: ${constraint}` })
  }

  /** False for a handle that was closed or is stuck in a transaction. */
  get usable(): boolean {
    return this.database.open && !this.database.inTransaction
  }

  #unlessBusy(step: () => boolean): boolean {
    try {
      return step()
    } catch (error) {
      if (isBusy(error)) return false
      throw asCommerceError(error, this.database)
    }
  }
}

function lostTransaction(): CommerceError {
  return storageUnavailable('SQLite has rolled the transaction back')
}
