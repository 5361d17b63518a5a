/** How an engine spells the column types and table endings that migrations use. */
export interface DdlTypes {
  readonly uuid: string
  /** An instant, to the millisecond. */
  readonly time: string
  readonly json: string
  readonly bool: string
  /** A 64-bit integer: amounts, counts. */
  readonly int: string
  readonly real: string
  readonly text: string
  /** A column definition without its name: a key that grows with every insert and is never given twice. */
  readonly growingKey: string
  /** After the closing bracket of a table. */
  readonly table: string
  /** The same for a table that is read by its primary key only. */
  readonly keyedTable: string
  /** After INDEX, where one can be built while others write to the table: ` CONCURRENTLY`. Empty elsewhere. */
  readonly concurrently: string
  /**
   * Statements that add a column of counts, 0 in every row or null if it may be, to a table in use, with a CHECK that holds from now on. Rows of before are not read
   * for it, where that would keep others from the table: `checkOldRows` does that in a later step.
   */
  readonly addCount: (count: {
    readonly table: string
    readonly column: string
    readonly constraint: string
    readonly check: string
    readonly nullable?: boolean
  }) => readonly string[]
  /** Statements that check a constraint of `addCount` on rows of before, while others use the table; none where that was done at once. */
  readonly checkOldRows: (count: { readonly table: string; readonly constraint: string }) => readonly string[]
  /** Statements that index the outbox in its order by (tx, position); none where its key alone is that order. */
  readonly outboxIndexes: readonly string[]
}

/** An index that a later step adds to a table. */
export interface IndexDefinition {
  readonly name: string
  /** Table, columns and condition as CREATE INDEX has them after ON, e.g. `orders (customer_id, placed_at) WHERE status = 'pending'`. */
  readonly on: string
  readonly unique?: boolean
}

/** One step of the schema. Once released it is never edited: its checksum is stored with it. */
export interface Migration {
  /** `0001_name`; applied in the order of names. */
  readonly name: string
  /**
   * True for a step that makes anew a table that others reference, as SQLite must to alter a CHECK: create the new one, copy, drop the old one, rename. It
   * runs with foreign keys off where the engine needs that, and is rolled back if any reference leads nowhere afterwards.
   */
  readonly rebuildsTables?: boolean
  /** The indexes that this step builds and nothing else: {@link indexMigration}. Each is built by itself, beside the shop's work, where the engine can. */
  readonly indexes?: readonly IndexDefinition[]
  up(types: DdlTypes): readonly string[]
  down(types: DdlTypes): readonly string[]
}
