import type { Dialect, RawBuilder } from 'kysely'
import type { DdlTypes } from '../migrations/ddl.ts'

declare const stored: unique symbol
/** A value in the engine's own form; only codecs make and read it. */
type Stored<Name extends string> = { readonly [stored]: Name }
export type SqlTime = Stored<'time'>
export type SqlJson = Stored<'json'>
export type SqlBool = Stored<'bool'>

/** Between the domain's values and the engine's: exact both ways. */
export interface SqlCodecs {
  readonly time: { encode(value: Date): SqlTime; decode(value: SqlTime): Date }
  readonly json: { encode(value: unknown): SqlJson; decode<T>(value: SqlJson): T }
  readonly bool: { encode(value: boolean): SqlBool; decode(value: SqlBool): boolean }
}

/** Where an event stands, as expressions. */
export interface SqlOutboxPlace {
  readonly tx: RawBuilder<number>
  readonly position: RawBuilder<number>
}

/** Everything in which one SQL engine differs from another. One object per engine; no other place asks which engine it is. */
export interface SqlDialect {
  /** E.g. `sqlite`. */
  readonly name: string
  /** Kysely's own object for the engine; only its compiler and adapter are used: connections are the storage adapter's. */
  readonly kysely: Dialect
  readonly types: DdlTypes
  readonly codecs: SqlCodecs
  /** The database's clock, as a stored time, to the millisecond. */
  readonly now: RawBuilder<SqlTime>
  /** The milliseconds from one stored time to a later one. */
  msBetween(later: RawBuilder<unknown>, earlier: RawBuilder<unknown>): RawBuilder<number>
  /** `column IN (values)` with one parameter whatever their number, so that the statement is compiled and planned once. `values` is made by {@link encodeList}. */
  inList(column: RawBuilder<unknown>, values: RawBuilder<unknown>): RawBuilder<boolean>
  /** Whether a JSON array of texts has a text. */
  jsonHas(array: RawBuilder<unknown>, text: RawBuilder<unknown>): RawBuilder<boolean>
  /** The sum of an integer field of the objects in a JSON array, of those whose boolean field is so; 0 without any. */
  jsonSum(of: { readonly array: RawBuilder<unknown>; readonly field: string; readonly where: string; readonly is: boolean }): RawBuilder<number>
  /** A list of texts as the single parameter that `inList` takes. */
  encodeList(values: readonly string[]): unknown
  /**
   * How one text parameter, a JSON array of objects, becomes rows of a table; undefined where the engine cannot write inside WITH. `json` gives back a column of JSON, whose
   * value stands in the array as a text.
   */
  readonly rowsOfParameter?: {
    rows(table: string, parameter: RawBuilder<unknown>): RawBuilder<unknown>
    json(column: RawBuilder<unknown>): RawBuilder<unknown>
  }
  /** The elements of a column that holds a JSON list, as rows of a table in FROM with a column `value`, whose members `->>` reads as texts. */
  elementsOf(json: RawBuilder<unknown>): RawBuilder<unknown>
  /** An aggregate: one JSON list of lists, with these values of each row, in the order of `by`. */
  jsonLists(values: readonly RawBuilder<unknown>[], by: RawBuilder<unknown>): RawBuilder<SqlJson>
  /** Appended to a SELECT to lock its rows until the transaction ends; empty where the engine locks the whole database. */
  readonly forUpdate: RawBuilder<unknown>
  /** The same, leaving out rows that another transaction has locked: nobody is waited for. */
  readonly forUpdateOfFree: RawBuilder<unknown>
  /** The same, for whoever must not wait and needs all of them: while another transaction has one locked, the adapter rolls back and runs the work again. */
  readonly forUpdateAtOnce: RawBuilder<unknown>
  /** The id of the running transaction, growing with the start of transactions; a constant where they run one at a time. */
  readonly transactionId: RawBuilder<number>
  /** Restricts a read of the outbox to what no running transaction can still get in before; always true where they run one at a time. */
  readonly settledOutbox: RawBuilder<boolean>
  /** Whether the stored value is an integer; always true where the column's type lets nothing else in. For the audit. */
  isInteger(column: RawBuilder<unknown>): RawBuilder<boolean>
  /** Whether a row of the outbox stands after this place. */
  outboxAfter(tx: RawBuilder<number>, position: RawBuilder<number>): RawBuilder<boolean>
  /** Whether a row of the outbox stands between two places, both included; said so that the outbox's index serves it, whatever the places. */
  outboxBetween(first: SqlOutboxPlace, last: SqlOutboxPlace): RawBuilder<boolean>
  /** The outbox's order, for ORDER BY: by transaction and position, as an index has it. */
  outboxOrder(direction: 'asc' | 'desc'): RawBuilder<unknown>
  /** Whether a table of this name exists. */
  tableExists(name: string): RawBuilder<boolean>
  /** The name of the unique constraint, primary key or index that refused a write; undefined for any other error. */
  violatedUnique(error: unknown): string | undefined
}
