import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'

/**
 * Prepared statements of one connection, by their SQL. Keeps at least the `size` most recently used and at most twice as many: two generations, of which
 * the older is dropped whole, cost a hot statement one look-up and no bookkeeping.
 */
export class StatementCache {
  readonly #database: SqliteDatabase
  readonly #size: number
  #young = new Map<string, SqliteStatement>()
  #old = new Map<string, SqliteStatement>()

  constructor(database: SqliteDatabase, size: number) {
    this.#database = database
    this.#size = size
  }

  get(sql: string): SqliteStatement {
    return this.#young.get(sql) ?? this.#keep(sql, this.#old.get(sql) ?? this.#database.prepare(sql))
  }

  /** How many statements are kept. */
  get count(): number {
    return this.#young.size + this.#old.size
  }

  #keep(sql: string, statement: SqliteStatement): SqliteStatement {
    this.#old.delete(sql)
    if (this.#young.size >= this.#size) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(sql, statement)
    return statement
  }
}
