import type { SqliteDatabase } from './sqlite-database.ts'

/**
 * The name of the constraint that SQLite's message speaks of, as the migration spells it. SQLite names a CHECK, and a unique index over expressions, but of
 * other unique constraints only the columns: their name is looked up in the schema. A primary key is called `<table>_pkey`. What has no name at all, such
 * as a NOT NULL column, goes by the words of the message.
 */
export function constraintName(database: SqliteDatabase, message: string): string {
  const [, kind, subject] = /^(UNIQUE|CHECK) constraint failed: (.+)$/.exec(message) ?? []
  if (kind === undefined || subject === undefined) return message
  if (kind !== 'UNIQUE') return subject
  const index = /^index '(.+)'$/.exec(subject)?.[1]
  if (index !== undefined) return index
  const columns = subject.split(', ')
  const table = columns[0]?.split('.')[0] ?? ''
  return (
    uniqueOver(
      database,
      table,
      columns.map((column) => column.slice(table.length + 1)),
    ) ?? subject
  )
}

interface IndexRow {
  readonly name: string
  readonly origin: 'c' | 'u' | 'pk'
}

function uniqueOver(database: SqliteDatabase, table: string, columns: readonly string[]): string | undefined {
  const primaryKey = database.prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk').all(table) as { name: string }[]
  if (sameColumns(primaryKey, columns)) return `${table}_pkey`
  const indexes = database.prepare('SELECT name, origin FROM pragma_index_list(?) WHERE "unique" = 1').all(table) as IndexRow[]
  const columnsOf = database.prepare('SELECT name FROM pragma_index_info(?) ORDER BY seqno')
  const index = indexes.find(({ name }) => sameColumns(columnsOf.all(name) as { name: string }[], columns))
  if (index?.origin !== 'u') return index?.name
  const created = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) as { sql: string }
  return namedInTable(created.sql, columns)
}

function sameColumns(rows: readonly { name: string }[], columns: readonly string[]): boolean {
  return rows.length === columns.length && rows.every(({ name }, position) => name === columns[position])
}

/** SQLite keeps the name of a UNIQUE constraint only in the text of its CREATE TABLE. */
function namedInTable(createTable: string, columns: readonly string[]): string | undefined {
  const parts = topLevelParts(createTable.slice(createTable.indexOf('(') + 1, createTable.lastIndexOf(')')))
  for (const part of parts) {
    const [, tableConstraint, list] = /^CONSTRAINT (\w+) UNIQUE \(([^)]*)\)/.exec(part) ?? []
    if (tableConstraint !== undefined && list !== undefined && list.split(/,\s*/).join() === columns.join()) return tableConstraint
    const [, column, columnConstraint] = /^(\w+) .*\bCONSTRAINT (\w+) UNIQUE\b/s.exec(part) ?? []
    if (columnConstraint !== undefined && columns.length === 1 && column === columns[0]) return columnConstraint
  }
  return undefined
}

/** Splits at the commas that stand outside brackets. */
function topLevelParts(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (const [position, character] of [...text].entries()) {
    if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, position).trim())
      start = position + 1
    }
  }
  return [...parts, text.slice(start).trim()]
}
