import { DatabaseSync } from 'node:sqlite'

/** When a migration was applied is the one thing in a database that the machine's clock decides. */
const excluded = new Set(['schema_migrations'])

/** Every row of every table as text, in an order of its own. */
export function databaseDump(file: string): Readonly<Record<string, readonly string[]>> {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all() as { name: string }[]
    const dumped = tables.filter(({ name }) => !excluded.has(name)).map(({ name }) => [name, rowsOf(database, name)] as const)
    return Object.fromEntries(dumped)
  } finally {
    database.close()
  }
}

function rowsOf(database: DatabaseSync, table: string): readonly string[] {
  const rows = database.prepare(`SELECT * FROM "${table}"`).all()
  return rows.map((row) => JSON.stringify(row)).sort()
}

/** How many steps of its agenda a shop that is being seeded has done; −1 before it has begun. */
export function seededSteps(file: string): number {
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      const row = database.prepare("SELECT result FROM idempotency_keys WHERE operation = 'cartwright.seed'").get() as { result: string } | undefined
      return row === undefined ? -1 : (JSON.parse(row.result) as { steps: number }).steps
    } finally {
      database.close()
    }
  } catch {
    // The file or its tables are not there yet.
    return -1
  }
}
