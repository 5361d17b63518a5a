import { CommerceError } from '@cartwright/core/ports'
import type { Kysely } from 'kysely'
import { boundKysely } from './bound-kysely.ts'
import type { SqlConnection, SqlResult, SqlRows } from './connection.ts'
import { keysOfOwner, type Owned } from './reader-key.ts'
import type { SqlCodecs, SqlDialect } from './sql-dialect.ts'
import type { Tables } from './tables.ts'

/** What a store needs to work inside one transaction or snapshot. Stores are made per session and keep no state of their own. */
export interface SqlSession {
  readonly db: Kysely<Tables>
  readonly dialect: SqlDialect
  readonly codecs: SqlCodecs
  /** The transaction's time. */
  readonly now: Date
  /** Runs a statement that is already SQL. @throws TRANSACTION_CLOSED after the transaction's callback has returned. */
  execute(sql: string, parameters: readonly unknown[]): SqlResult | Promise<SqlResult>
  /** Writes rows by the engine's own way for many of them; undefined where it has none. @throws TRANSACTION_CLOSED as `execute` */
  copy(rows: SqlRows): Promise<void> | undefined
  /** Says that something of this owner's is changed, so that the owner, and staff, find it so when they look. */
  changes(owned: Owned): void
}

/** The session of one run of one callback: `close` ends it, and whatever still holds it gets `TRANSACTION_CLOSED`. */
export class OpenSession implements SqlSession {
  readonly dialect: SqlDialect
  readonly now: Date
  readonly #connection: SqlConnection
  #db: Kysely<Tables> | undefined
  #open = true

  constructor(dialect: SqlDialect, connection: SqlConnection, now: Date) {
    this.dialect = dialect
    this.now = now
    this.#connection = connection
  }

  get codecs(): SqlCodecs {
    return this.dialect.codecs
  }

  /** Made on first use: a transaction of prepared queries never needs it. */
  get db(): Kysely<Tables> {
    this.#db ??= boundKysely<Tables>(this.dialect, this)
    return this.#db
  }

  execute(sql: string, parameters: readonly unknown[]): SqlResult | Promise<SqlResult> {
    if (!this.#open) throw new CommerceError('TRANSACTION_CLOSED', { details: {} })
    return this.#connection.execute(sql, parameters)
  }

  copy(rows: SqlRows): Promise<void> | undefined {
    if (!this.#open) throw new CommerceError('TRANSACTION_CLOSED', { details: {} })
    return this.#connection.copy?.(rows)
  }

  changes(owned: Owned): void {
    if (this.#connection.wroteFor === undefined) return
    for (const key of keysOfOwner(owned)) this.#connection.wroteFor(key)
  }

  close(): void {
    this.#open = false
  }
}
