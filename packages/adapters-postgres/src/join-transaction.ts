import { CommerceError } from '@cartwright/core/ports'
import type { JoinedTransaction, SqlConnection, SqlDialect, SqlJson, SqlResult, SqlTime } from '@cartwright/storage-sql'
import { type HostStatement, type PostgresHostTransaction, throughClient, throughKysely } from './host-transaction.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { asCommerceError, isPostgresError } from './postgres-errors.ts'

/** Decodes what `rowsAsJson` gives: times as ISO texts, JSON as values. */
const jsonRowsDialect: SqlDialect = {
  ...postgresDialect,
  codecs: {
    ...postgresDialect.codecs,
    time: { ...postgresDialect.codecs.time, decode: (value: SqlTime) => new Date(value as unknown as string) },
    json: { ...postgresDialect.codecs.json, decode: <T>(value: SqlJson) => value as unknown as T },
  },
}

/** Who and when we are, all as texts, and whether a JSON text arrives as it was sent: a driver that encodes it again would store every payload wrongly. */
const look = `SELECT (extract(epoch FROM date_trunc('milliseconds', now())) * 1000)::bigint::text AS "nowMs",
  pg_backend_pid()::text || '/' || extract(epoch FROM now())::text AS identity, jsonb_typeof($1::jsonb) AS type,
  current_setting('transaction_isolation') AS isolation`

interface Look {
  readonly nowMs: string
  readonly identity: string
  readonly type: string
  readonly isolation: string
}

/**
 * Takes part in a transaction of the host.
 *
 * @throws INVALID_INPUT unless it is a Kysely transaction or a client of `pg`; later, when it is used, if its isolation is REPEATABLE READ
 */
export function joinTransaction(transaction: PostgresHostTransaction): JoinedTransaction {
  if (typeof transaction !== 'object' || transaction === null) throw notATransaction()
  if ('executeQuery' in transaction) {
    if (transaction.isTransaction !== true) throw notATransaction()
    return joined(jsonRowsDialect, throughKysely(transaction))
  }
  if (typeof transaction.query !== 'function') throw notATransaction()
  return joined(postgresDialect, throughClient(transaction))
}

function joined(dialect: SqlDialect, statement: HostStatement): JoinedTransaction {
  const connection = new JoinedConnection(statement)
  return { dialect, connection, enter: () => connection.enter() }
}

class JoinedConnection implements SqlConnection {
  readonly #statement: HostStatement
  #first: Look | undefined
  /** One statement at a time: a client of the host's may not take another before it has answered. */
  #previous: Promise<unknown> = Promise.resolve()

  constructor(statement: HostStatement) {
    this.#statement = statement
  }

  execute(sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
    const answer = this.#previous.then(() => this.#statement(sql, parameters)).catch(fail)
    this.#previous = answer.catch(() => undefined)
    return answer
  }

  now(): Date {
    if (this.#first === undefined) throw closed()
    return new Date(Number(this.#first.nowMs))
  }

  /** A connection that went back to the host's pool may be in somebody else's transaction by now, which has another beginning. */
  async enter(): Promise<void> {
    const { rows } = await this.execute(look, ['{}'])
    const seen = rows[0] as Look
    if (seen.type !== 'object') throw invalid('its driver alters JSON parameters; use Kysely on pg')
    // Under its snapshot, what others promised while their locks were waited for would not be seen, and nothing would refuse the write.
    if (seen.isolation === 'repeatable read') throw invalid('must be READ COMMITTED, as by default, or SERIALIZABLE')
    this.#first ??= seen
    if (this.#first.identity !== seen.identity) throw closed()
  }
}

/** SQLSTATE: no transaction is open; the open one has failed and only waits for its end. */
const over = /^(?:25P01|25P02)$/
/** A serialization failure, a deadlock. */
const lost = /^(?:40001|40P01)$/

/** @throws always: CONFLICT for what only running the host's transaction again can mend. */
function fail(error: unknown): never {
  if (isPostgresError(error)) {
    if (over.test(error.code)) throw closed(error)
    if (lost.test(error.code)) throw new CommerceError('CONFLICT', { details: { object: 'transaction' }, cause: error })
  } else if (isKyselyRefusal(error)) throw closed(error)
  throw asCommerceError(error)
}

/** Kysely itself refuses a transaction that has ended; its error has nothing but words. */
function isKyselyRefusal(error: unknown): boolean {
  return error instanceof Error && /^Transaction is already (?:committed|rolled back|aborted)/.test(error.message)
}

function closed(cause?: unknown): CommerceError {
  return new CommerceError('TRANSACTION_CLOSED', { details: {}, message: "The host's transaction is over", ...(cause === undefined ? {} : { cause }) })
}

function notATransaction(): CommerceError {
  return invalid('must be a Kysely transaction or a pg client on which a transaction has begun')
}

function invalid(message: string): CommerceError {
  return new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'transaction', message }] }, message: `transaction: ${message}` })
}
