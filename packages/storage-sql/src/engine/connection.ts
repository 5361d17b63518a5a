import type { ReaderKey } from './reader-key.ts'

/** What one statement gave back. */
export interface SqlResult<Row = unknown> {
  /** Empty for a statement that returns none. */
  readonly rows: Row[]
  /** How many rows it inserted, updated or deleted; 0 for a statement that returns rows. */
  readonly changes: number
}

/** Rows for one table, in the order in which they are to be written. */
export interface SqlRows {
  readonly table: string
  readonly columns: readonly string[]
  /** Values as codecs and `execute` have them: texts, numbers, booleans, nulls. */
  readonly rows: readonly (readonly unknown[])[]
}

/** One open transaction or snapshot of an engine. */
export interface SqlConnection {
  /**
   * Runs one statement. An engine that answers at once returns the result itself, which saves a promise per statement.
   *
   * **Contract for implementers**
   * - Fails with a `CommerceError` only: `CONSTRAINT_VIOLATION` names the constraint as the migration does; no driver's error gets through.
   * - Once the engine has given the transaction up by itself (a full disk), every later statement fails: none runs outside a transaction.
   */
  execute(sql: string, parameters: readonly unknown[]): SqlResult | Promise<SqlResult>
  /**
   * Writes many rows by a way that the engine has for it, such as COPY. Several are written in the order of the calls, and need not be waited for one by one:
   * rows can be made while those before are written. Left out where an INSERT of many rows is the fastest, or the connection cannot do otherwise. Constraints and
   * errors are those of `execute`.
   */
  readonly copy?: ((rows: SqlRows) => Promise<void>) | undefined
  /** The database's clock as the transaction began, to the millisecond. */
  now(): Date | Promise<Date>
  /** Hears whose carts or orders the transaction changes, for an engine with replicas: a later read by this reader must see it. May be called more than once. */
  wroteFor?(reader: ReaderKey): void
}

/** What a snapshot may show. */
export interface ReadOptions {
  readonly fresh: boolean
  readonly reader?: ReaderKey
}

/** An index that is to be there, complete. */
export interface IndexBuild {
  readonly name: string
  /** The statement that makes it. */
  readonly sql: string
}

/**
 * How an adapter hands out transactions; `sqlStorage` builds the rest on it.
 *
 * **Contract for implementers**
 * - `write` commits when `work` resolves and rolls back when it rejects; the rejection reaches the caller unchanged.
 * - Writing transactions behave as if they ran one after the other, as far as the verbs' guarded statements need it.
 * - Waiting for a connection or a lock never blocks the event loop, and ends with `STORAGE_BUSY` at the adapter's deadline.
 * - No connection goes back into use with a transaction open.
 */
export interface SqlConnections {
  write<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>
  /**
   * Like `write`, for a step of the schema: one at a time among all processes, and with no limit to how long a statement may take.
   *
   * @param options - `rebuildsTables`: it makes anew tables which others reference, and runs without foreign keys, where the engine cannot do it otherwise, with
   * all of them checked before it commits.
   */
  migrate<T>(work: (connection: SqlConnection) => Promise<T>, options: { readonly rebuildsTables: boolean }): Promise<T>
  /**
   * Like `migrate`, for a step that builds indexes while others write. Absent where an engine builds them in the step's transaction.
   *
   * @param work - its `build` makes one index outside of the step's transaction, for as long as that takes. One of that name that an earlier attempt left
   * incomplete is dropped first; one that is complete is kept, so a step that was cut off goes on where it was.
   */
  migrateOnline?<T>(work: (connection: SqlConnection, build: (index: IndexBuild) => Promise<void>) => Promise<T>): Promise<T>
  /** One consistent snapshot; may be a replica's unless `fresh`, but of one that has everything which was committed before with `wroteFor` of the same reader. */
  read<T>(work: (connection: SqlConnection) => Promise<T>, options: ReadOptions): Promise<T>
  /** Lets what runs finish, refuses what comes after, then closes what the adapter opened itself. */
  close(): Promise<void>
}
