import { type Insertable, type Kysely, sql } from 'kysely'
import { bulkInsert } from './bulk-insert.ts'
import { type Compilable, preparedQuery } from './prepared-query.ts'
import type { SqlSession } from './session.ts'
import type { SqlDialect } from './sql-dialect.ts'
import type { Tables } from './tables.ts'

type TableName = keyof Tables & string
type Row = Readonly<Record<string, unknown>>

/** A table whose rows follow a guarded write. */
export interface Follower<Columns = never> {
  readonly table: TableName
  readonly columns: readonly string[]
  /** Those of the columns that hold JSON. */
  readonly json: readonly string[]
  readonly insert: (session: SqlSession, rows: readonly Columns[]) => Promise<number>
}

/** Declares a table whose rows follow a guarded write. @param json - those of the columns that hold JSON. */
export function follower<Table extends TableName, Column extends keyof Insertable<Tables[Table]> & string>(
  table: Table,
  columns: readonly Column[],
  json: readonly Column[] = [],
): Follower<Pick<Insertable<Tables[Table]>, Column>> {
  return { table, columns, json, insert: bulkInsert<Table, Column>(table, columns) }
}

type RowsOf<Followers> = { readonly [Name in keyof Followers]: Followers[Name] extends Follower<infer Columns> ? readonly Columns[] : never }

/**
 * Makes a write that others follow: an UPDATE that may find its row changed, or an INSERT that may be left out, and rows of other tables, which are written only if it
 * took effect. One statement where the engine can write inside WITH, else one a table.
 *
 * @param guard - writes one row or none, and returns none.
 * @returns from each call, whether it took effect.
 */
export function guardedWrite<Values extends Record<string, unknown>>() {
  return <Followers extends Readonly<Record<string, Follower>>>(
    guard: (db: Kysely<Tables>, param: <Name extends keyof Values & string>(name: Name) => Values[Name]) => Compilable<unknown>,
    followers: Followers,
  ): ((session: SqlSession, values: Values, rows: RowsOf<Followers>) => Promise<boolean>) => {
    const alone = preparedQuery<Values>()((db, param) => guard(db, param))
    const together = preparedQuery<Values & Record<string, unknown>>()((db, param, dialect) => joined(guard(db, param as never), followers, param, dialect))
    const inserts = Object.entries(followers).map(([name, { insert }]) => ({ name, parameter: rowsParameter(name), insert }))
    return async (session, values, rows) => {
      const rowsOf = (name: string) => rows[name as keyof Followers] as readonly unknown[] as readonly never[]
      if (session.dialect.rowsOfParameter !== undefined) {
        const texts: Record<string, unknown> = { ...values }
        for (const { name, parameter } of inserts) texts[parameter] = JSON.stringify(rowsOf(name))
        return (await together.first(session, texts as Values & Record<string, unknown>)) !== undefined
      }
      if ((await alone.run(session, values)) === 0) return false
      for (const { name, insert } of inserts) await insert(session, rowsOf(name))
      return true
    }
  }
}

/** An INSERT of one row, as a guard. @param conflict - the ON CONFLICT clause; none by default. */
export function insertOne<Column extends string>(
  table: TableName,
  columns: readonly Column[],
  param: (name: Column) => unknown,
  conflict = '',
): Compilable<unknown> {
  const values = columns.map((column) => param(column))
  return sql`INSERT INTO ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) VALUES (${sql.join(values)}) ${sql.raw(conflict)}`
}

const rowsParameter = (name: string) => `rows of ${name}`

function joined(guard: Compilable<unknown>, followers: Readonly<Record<string, Follower>>, param: (name: string) => unknown, dialect: SqlDialect) {
  const { rowsOfParameter } = dialect
  if (rowsOfParameter === undefined) throw new Error(`${dialect.name} cannot write inside WITH`)
  const writes = Object.entries(followers).map(([name, { table, columns, json }]) => {
    const values = columns.map((column) => (json.includes(column) ? rowsOfParameter.json(sql.ref(column)) : sql.ref(column)))
    const rows = rowsOfParameter.rows(table, sql`${param(rowsParameter(name))}`)
    return sql`${sql.ref(name)} AS (INSERT INTO ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) SELECT ${sql.join(values)} FROM guard, ${rows})`
  })
  return sql<Row>`WITH guard AS (${guard} RETURNING 1), ${sql.join(writes)} SELECT 1 FROM guard`
}
