/** The few members of a better-sqlite3 handle that the storage calls; a handle of the host's own satisfies it. */
export interface SqliteDatabase {
  readonly open: boolean
  readonly inTransaction: boolean
  readonly memory: boolean
  readonly name: string
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  pragma(sql: string, options?: { readonly simple?: boolean }): unknown
  close(): unknown
}

/** A prepared statement of better-sqlite3. */
export interface SqliteStatement {
  /** Whether it returns rows. */
  readonly reader: boolean
  all(...parameters: unknown[]): unknown[]
  get(...parameters: unknown[]): unknown
  run(...parameters: unknown[]): { readonly changes: number }
  /** Makes `get` and `all` give the first column only. */
  pluck(): SqliteStatement
}
