import { CommerceError } from '@cartwright/core/ports'

/** An error that Postgres itself reported, told by its shape: the host may hold another copy of `pg`. */
export interface PostgresError extends Error {
  /** SQLSTATE, e.g. `40001`. */
  readonly code: string
  /** `FATAL` and `PANIC` end the connection. */
  readonly severity: string
  readonly constraint?: string
  readonly table?: string
  readonly column?: string
  /** The function of Postgres that raised it. */
  readonly routine?: string
}

export function isPostgresError(error: unknown): error is PostgresError {
  return error instanceof Error && 'code' in error && 'severity' in error && typeof error.code === 'string' && error.code.length === 5
}

const uniqueViolation = '23505'

/**
 * True when the same transaction, run once more from its beginning, may well succeed: a serialization failure, a deadlock, a row that it would not wait for, a
 * plan that a migration outdated.
 */
export function isTransient(error: unknown): boolean {
  if (!isPostgresError(error)) return false
  return error.code === '40001' || error.code === '40P01' || isRefusedAtOnce(error) || isOutdatedPlan(error)
}

/** NOWAIT met a locked row. A lock that was waited for in vain has the same code, and comes from where Postgres looks whether time is up. */
function isRefusedAtOnce(error: PostgresError): boolean {
  return error.code === '55P03' && error.routine !== 'ProcessInterrupts'
}

/** A migration changed what a prepared statement returns; a new connection prepares it anew. */
export function isOutdatedPlan(error: unknown): boolean {
  return isPostgresError(error) && error.code === '0A000' && error.routine === 'RevalidateCachedQuery'
}

/** A statement was ended because it took too long. */
export function isStatementTimeout(error: unknown): boolean {
  return isPostgresError(error) && error.code === '57014'
}

/** True when the connection is of no more use: Postgres closed it, or nothing is known of the other end. */
export function isConnectionLoss(error: unknown): boolean {
  if (!isPostgresError(error)) return true
  return error.severity === 'FATAL' || error.severity === 'PANIC' || error.code.startsWith('08')
}

/** The server, or what a role or a database may have of it, has no connection left. */
export function isServerFull(error: unknown): boolean {
  return isPostgresError(error) && error.code === '53300'
}

/** Others hold what is needed: a lock, the time of a statement. */
const busy = /^(?:40001|40P01|55P03|57014)$/
/** Resources, operator's intervention, the system, no such database, no entry, a server that may only be read (a replica, after a failover). */
const unavailable = /^(?:08|53|57P|58|28|3D|25006|25P03|XX001|XX002)/

/** An error of the driver as one of the library's. What Postgres says of a wrong statement stays as it is. */
export function asCommerceError(error: unknown): unknown {
  if (error instanceof CommerceError || !(error instanceof Error)) return error
  if (!isPostgresError(error)) return isProgrammingError(error) ? error : storageUnavailable(error.message, error)
  if (error.code.startsWith('23')) {
    const constraint = constraintOf(error)
    return new CommerceError('CONSTRAINT_VIOLATION', { details: { constraint }, message: `A database constraint refused a write: ${constraint}`, cause: error })
  }
  if (isServerFull(error)) return storageBusy(`The server has no connection left: ${error.message}`, error)
  if (busy.test(error.code)) return new CommerceError('STORAGE_BUSY', { details: {}, cause: error })
  if (error.code === '08P01' && error.message.includes('unsupported startup parameter')) {
    return storageUnavailable(`The address is pgbouncer's: set \`pgbouncer: true\`, or add ?pgbouncer=true to it on the command line (${error.message})`, error)
  }
  if (unavailable.test(error.code)) return storageUnavailable(`${error.code}: ${error.message}`, error)
  return error
}

/** The name of the unique constraint that refused a write. */
export function violatedUnique(error: unknown): string | undefined {
  if (!(error instanceof CommerceError) || !isPostgresError(error.cause) || error.cause.code !== uniqueViolation) return undefined
  return error.cause.constraint
}

export function storageUnavailable(message: string, cause?: unknown): CommerceError {
  return new CommerceError('STORAGE_UNAVAILABLE', { details: {}, message, cause })
}

export function storageBusy(message: string, cause?: unknown): CommerceError {
  return new CommerceError('STORAGE_BUSY', { details: {}, message, cause })
}

/** What has no name, such as a NOT NULL column, goes by its table and column. */
function constraintOf({ constraint, table, column, message }: PostgresError): string {
  if (constraint !== undefined) return constraint
  return table === undefined || column === undefined ? message : `${table}.${column}`
}

/** Raised by code, not by a connection. */
function isProgrammingError(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError
}
