import type { SqlRows } from '@cartwright/storage-sql'

/** Characters that stand for something else in the text format. */
const special = /[\\\n\r\t]/g
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The statement that takes rows of this table. */
export function copyStatement({ table, columns }: Pick<SqlRows, 'table' | 'columns'>): string {
  return `COPY ${quoted(table)} (${columns.map(quoted).join(', ')}) FROM STDIN`
}

/** Rows in the text format of COPY: a line each, columns between tabs, `\N` for null. */
export function copyText(rows: SqlRows['rows']): string {
  let text = ''
  for (const row of rows) {
    for (const [place, value] of row.entries()) text += (place === 0 ? '' : '\t') + field(value)
    text += '\n'
  }
  return text
}

function field(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return value.replace(special, (character) => escapes[character] as string)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (typeof value === 'number') return String(value)
  throw new TypeError(`A ${typeof value} cannot be copied`)
}

function quoted(name: string): string {
  return `"${name}"`
}
