import { CommerceError } from '@cartwright/core/ports'
import type { JoinedTransaction, SqlConnection, SqlResult } from '@cartwright/storage-sql'
import { SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

/**
 * Takes part in the transaction that is open on a handle of the host.
 *
 * @throws INVALID_INPUT unless it is a better-sqlite3 handle with a transaction open and foreign keys on, which cannot be switched inside one
 */
export function joinTransaction(database: SqliteDatabase): JoinedTransaction {
  if (typeof database !== 'object' || database === null || typeof database.pragma !== 'function') throw invalid('must be a better-sqlite3 handle')
  if (!database.inTransaction) throw invalid('must have a transaction open: BEGIN IMMEDIATE first')
  if (database.pragma('foreign_keys', { simple: true }) !== 1) throw invalid('must have foreign keys on before its transaction begins')
  return { dialect: sqliteDialect, connection: new JoinedConnection(database), enter: () => undefined }
}

class JoinedConnection implements SqlConnection {
  readonly #connection: SqliteConnection

  constructor(database: SqliteDatabase) {
    this.#connection = new SqliteConnection(database)
  }

  /** Outside a transaction SAVEPOINT would begin one, and the next statements would be committed without the host. */
  execute(sql: string, parameters: readonly unknown[]): SqlResult {
    if (!this.#connection.database.inTransaction) {
      throw new CommerceError('TRANSACTION_CLOSED', { details: {}, message: "The host's transaction is over" })
    }
    try {
      return this.#connection.execute(sql, parameters)
    } catch (error) {
      // The transaction has begun as a reader, and somebody has written since: only a new one sees that.
      if (!(error instanceof CommerceError) || error.code !== 'STORAGE_BUSY') throw error
      throw new CommerceError('CONFLICT', { details: { object: 'transaction' }, cause: error.cause })
    }
  }

  now(): Date {
    return this.#connection.now()
  }
}

function invalid(message: string): CommerceError {
  return new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'transaction', message }] }, message: `transaction: ${message}` })
}
