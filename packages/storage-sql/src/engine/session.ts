import type { Kysely } from 'kysely'
import type { SqlCodecs, SqlDialect } from './sql-dialect.ts'
import type { Tables } from './tables.ts'

/** What a store needs to work inside one transaction or snapshot. Stores are made per session and keep no state of their own. */
export interface SqlSession {
  readonly db: Kysely<Tables>
  readonly dialect: SqlDialect
  readonly codecs: SqlCodecs
  /** The transaction's time. */
  readonly now: Date
}
