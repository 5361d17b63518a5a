import { type Insertable, type RawBuilder, sql } from 'kysely'
import type { SqlResult } from './connection.ts'
import type { SqlSession } from './session.ts'
import type { SqlDialect } from './sql-dialect.ts'
import type { Tables } from './tables.ts'

/** Up to so many rows go in one statement, whatever their number: lines of a cart, events of a transaction. */
const fewRows = 8

/** Values bound by one statement at most. Far below every engine's limit; longer statements gain nothing. */
const valuesPerStatement = 1_024

/** Adds up the rows that each statement has written. */
const count = (results: readonly SqlResult[]) => results.reduce((written, { changes }) => written + changes, 0)

/**
 * Makes an inserter of many rows into one table. A few go in one statement, more in statements of a power of two of them, so that a handful of statements, each
 * built once, serves lists of any length.
 *
 * @param conflict - the ON CONFLICT clause, without parameters; none by default.
 * @param computed - columns that the engine fills by an expression, without parameters.
 * @returns from each call, how many rows were written: fewer than given when the conflict clause left some out.
 */
export function bulkInsert<Table extends keyof Tables & string, Column extends keyof Insertable<Tables[Table]> & string>(
  table: Table,
  columns: readonly Column[],
  conflict = '',
  computed: (dialect: SqlDialect) => Readonly<Record<string, RawBuilder<unknown>>> = () => ({}),
): (session: SqlSession, rows: readonly Pick<Insertable<Tables[Table]>, Column>[]) => Promise<number> {
  const insert = insertInParts<Table, Column>(table, columns, conflict, computed)
  return async (session, rows) => count(await insert(session, rows))
}

/**
 * The same for rows that may be there already, when it matters which ones were written.
 *
 * @param conflict - the ON CONFLICT clause, without parameters.
 * @param key - a column that tells the rows apart.
 * @returns from each call, the keys of the rows that were written.
 */
export function bulkUpsert<Table extends keyof Tables & string, Column extends keyof Insertable<Tables[Table]> & string>(
  table: Table,
  columns: readonly Column[],
  conflict: string,
  key: Column,
): (session: SqlSession, rows: readonly Pick<Insertable<Tables[Table]>, Column>[]) => Promise<ReadonlySet<unknown>> {
  const insert = insertInParts<Table, Column>(table, columns, `${conflict} RETURNING ${key}`)
  return async (session, rows) => new Set((await insert(session, rows)).flatMap((result) => result.rows.map((row) => (row as Record<string, unknown>)[key])))
}

function insertInParts<Table extends keyof Tables & string, Column extends keyof Insertable<Tables[Table]> & string>(
  table: Table,
  columns: readonly Column[],
  conflict = '',
  computed: (dialect: SqlDialect) => Readonly<Record<string, RawBuilder<unknown>>> = () => ({}),
): (session: SqlSession, rows: readonly Pick<Insertable<Tables[Table]>, Column>[]) => Promise<readonly SqlResult[]> {
  const statementsBy = new WeakMap<SqlDialect, Map<number, string>>()
  const statement = (session: SqlSession, size: number): string => {
    const sizes = statementsBy.get(session.dialect) ?? new Map<number, string>()
    statementsBy.set(session.dialect, sizes)
    const known = sizes.get(size)
    if (known !== undefined) return known
    const extra = computed(session.dialect)
    const row = sql`(${sql.join([...columns.map(() => sql`${null}`), ...Object.values(extra)])})`
    const names = sql.join([...columns, ...Object.keys(extra)].map((column) => sql.ref(column)))
    const built = sql`INSERT INTO ${sql.table(table)} (${names}) VALUES ${sql.join(new Array(size).fill(row))} ${sql.raw(conflict)}`.compile(session.db).sql
    sizes.set(size, built)
    return built
  }
  const largest = 2 ** Math.floor(Math.log2(valuesPerStatement / columns.length))
  return async (session, rows) => {
    let done = 0
    const results: SqlResult[] = []
    while (done < rows.length) {
      const left = rows.length - done
      const size = left <= fewRows ? left : Math.min(largest, 2 ** Math.floor(Math.log2(left)))
      const parameters: unknown[] = []
      for (const row of rows.slice(done, done + size)) for (const column of columns) parameters.push(row[column])
      results.push(await session.execute(statement(session, size), parameters))
      done += size
    }
    return results
  }
}
