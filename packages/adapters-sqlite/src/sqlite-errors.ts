import { CommerceError } from '@cartwright/core/ports'
import { constraintName } from './constraint-names.ts'
import type { SqliteDatabase } from './sqlite-database.ts'

/** The driver's error, told by its shape: the host may hold another copy of better-sqlite3. */
export interface SqliteError extends Error {
  /** SQLite's extended result code, e.g. `SQLITE_BUSY_SNAPSHOT`. */
  readonly code: string
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
}

/** True when someone else holds the lock and waiting may help. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(error.code)
}

const unavailable = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|AUTH|PERM|NOMEM)/

/** The driver's error as one of the library's; any other error unchanged. */
export function asCommerceError(error: unknown, database: SqliteDatabase): unknown {
  if (!isSqliteError(error)) return error
  if (error.code.startsWith('SQLITE_CONSTRAINT')) {
    const constraint = constraintName(database, error.message)
    return new CommerceError('CONSTRAINT_VIOLATION', { details: { constraint }, message: `A database constraint refused a write: ${constraint}`, cause: error })
  }
  if (isBusy(error)) return new CommerceError('STORAGE_BUSY', { details: {}, cause: error })
  if (unavailable.test(error.code)) return storageUnavailable(`${error.code}: ${error.message}`, error)
  return error
}

export function storageUnavailable(message: string, cause?: unknown): CommerceError {
  return new CommerceError('STORAGE_UNAVAILABLE', { details: {}, message, cause })
}
