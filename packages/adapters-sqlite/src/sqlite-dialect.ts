import { isCommerceError } from '@cartwright/core/ports'
import type { SqlBool, SqlDialect, SqlJson, SqlTime } from '@cartwright/storage-sql'
import { SqliteDialect, SqliteQueryCompiler, sql } from 'kysely'
import { isSqliteError } from './sqlite-errors.ts'

const uniqueCodes = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_ROWID'])

/**
 * Writes every parameter as `likely(?)`, which has the value of `?` and costs nothing at run time. Where a bare parameter might bear on the plan (a LIMIT, an
 * equality beside an ORDER BY), SQLite plans the statement anew at every run, since better-sqlite3 clears what was bound; for a short query that costs five
 * times what the query itself does.
 */
class PlanOnceCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return 'likely(?)'
  }
}

class CartwrightDialect extends SqliteDialect {
  override createQueryCompiler(): SqliteQueryCompiler {
    return new PlanOnceCompiler()
  }
}

/** How SQLite differs from other SQL engines. Instants are whole milliseconds since 1970, booleans 0 and 1, JSON text, all in STRICT tables. */
export const sqliteDialect: SqlDialect = {
  name: 'sqlite',
  kysely: new CartwrightDialect({ database: () => Promise.reject(new Error('Cartwright opens its connections itself')) }),
  types: {
    uuid: 'TEXT',
    time: 'INTEGER',
    json: 'TEXT',
    bool: 'INTEGER',
    int: 'INTEGER',
    real: 'REAL',
    text: 'TEXT',
    growingKey: 'INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT',
    table: 'STRICT',
    keyedTable: 'STRICT, WITHOUT ROWID',
    concurrently: '',
    addCount: ({ table, column, constraint, check, nullable = false }) => [
      `ALTER TABLE ${table} ADD COLUMN ${column} INTEGER${nullable ? '' : ' NOT NULL DEFAULT 0'} CONSTRAINT ${constraint} CHECK (${check})`,
    ],
    checkOldRows: () => [],
    outboxIndexes: [],
  },
  codecs: {
    time: { encode: (value) => value.getTime() as unknown as SqlTime, decode: (value) => new Date(value as unknown as number) },
    json: { encode: (value) => JSON.stringify(value) as unknown as SqlJson, decode: (value) => JSON.parse(value as unknown as string) },
    bool: { encode: (value) => (value ? 1 : 0) as unknown as SqlBool, decode: (value) => (value as unknown as number) === 1 },
  },
  now: sql<SqlTime>`CAST(round(unixepoch('subsec') * 1000) AS INTEGER)`,
  msBetween: (later, earlier) => sql<number>`(${later} - ${earlier})`,
  inList: (column, values) => sql<boolean>`${column} IN (SELECT value FROM json_each(${values}))`,
  jsonHas: (array, text) => sql<boolean>`EXISTS (SELECT 1 FROM json_each(${array}) AS member WHERE member.value = ${text})`,
  jsonSum: ({ array, field, where, is }) => sql<number>`(SELECT coalesce(sum(json_extract(member.value, ${sql.lit(`$.${field}`)})), 0)
    FROM json_each(${array}) AS member WHERE json_extract(member.value, ${sql.lit(`$.${where}`)}) = ${sql.lit(is ? 1 : 0)})`,
  encodeList: (values) => JSON.stringify(values),
  elementsOf: (json) => sql`json_each(${json})`,
  jsonLists: (values, by) => sql<SqlJson>`json_group_array(json_array(${sql.join(values)}) ORDER BY ${by})`,
  forUpdate: sql``,
  forUpdateOfFree: sql``,
  forUpdateAtOnce: sql``,
  transactionId: sql<number>`0`,
  settledOutbox: sql<boolean>`1`,
  isInteger: (column) => sql<boolean>`typeof(${column}) = 'integer'`,
  outboxAfter: (_tx, position) => sql<boolean>`outbox.position > ${position}`,
  outboxBetween: (first, last) => sql<boolean>`outbox.position BETWEEN ${first.position} AND ${last.position}`,
  outboxOrder: (direction) => (direction === 'asc' ? sql`outbox.position` : sql`outbox.position DESC`),
  tableExists: (name) => sql<boolean>`EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ${name})`,
  violatedUnique: (error) => {
    if (!isCommerceError(error, 'CONSTRAINT_VIOLATION') || !isSqliteError(error.cause)) return undefined
    return uniqueCodes.has(error.cause.code) ? error.details.constraint : undefined
  },
}
