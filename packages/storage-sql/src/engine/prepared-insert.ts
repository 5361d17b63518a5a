import type { Insertable, InsertQueryBuilder, InsertResult } from 'kysely'
import { type PreparedQuery, preparedQuery } from './prepared-query.ts'
import type { SqlSession } from './session.ts'
import type { Tables } from './tables.ts'

type Extend<Table extends keyof Tables> = (query: InsertQueryBuilder<Tables, Table, InsertResult>) => InsertQueryBuilder<Tables, Table, InsertResult>

/** An INSERT of any number of rows, built once for each number of rows. */
export interface PreparedInsert<Row> {
  /** @returns how many rows were written: fewer than given when a conflict clause left some out. */
  run(session: SqlSession, rows: readonly Row[]): Promise<number>
}

/** Rows of one statement; more rows are written by several. Far below the engines' limits on parameters. */
const maxRows = 100

/**
 * Prepares an INSERT whose rows all fill the same columns.
 *
 * @param extend - adds what follows the values, such as a conflict clause.
 */
export function preparedInsert<Table extends keyof Tables & string>(
  table: Table,
  columns: readonly (keyof Insertable<Tables[Table]> & string)[],
  extend: Extend<Table> = (query) => query,
): PreparedInsert<Insertable<Tables[Table]>> {
  type Row = Insertable<Tables[Table]>
  const byCount = new Map<number, PreparedQuery<Record<string, unknown>, InsertResult>>()
  const prepare = (count: number) =>
    preparedQuery<Record<string, unknown>>()((db, param) => {
      const rows = Array.from({ length: count }, (_, index) => Object.fromEntries(columns.map((column) => [column, param(`${index}.${column}`)])))
      return extend(db.insertInto(table).values(rows as Row[]))
    })
  const write = (session: SqlSession, rows: readonly Row[]): Promise<number> => {
    const query = byCount.get(rows.length) ?? prepare(rows.length)
    byCount.set(rows.length, query)
    const values = rows.flatMap((row, index) => columns.map((column) => [`${index}.${column}`, row[column]]))
    return query.run(session, Object.fromEntries(values))
  }
  return {
    run: async (session, rows) => {
      let written = 0
      for (let from = 0; from < rows.length; from += maxRows) written += await write(session, rows.slice(from, from + maxRows))
      return written
    },
  }
}
