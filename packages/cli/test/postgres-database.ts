import { randomBytes } from 'node:crypto'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'

/** A database on the servers that `npm run services` started. */
export interface PostgresDatabase {
  /** On the primary. */
  readonly url: string
  /** The same database by the server that a variable names, e.g. `CARTWRIGHT_PGBOUNCER_URL`. */
  by(variable: string): string
}

/** An empty database that is there from before the first test of the file until after the last. */
export function postgresDatabase(): PostgresDatabase {
  const name = `scratch_${process.env.CARTWRIGHT_TEST_RUN}_${randomBytes(8).toString('hex')}`
  const server = process.env.CARTWRIGHT_PG_URL ?? ''
  beforeAll(async () => void (await inDatabase(server, `CREATE DATABASE ${name} TEMPLATE template0`)))
  afterAll(async () => void (await inDatabase(server, `DROP DATABASE ${name} WITH (FORCE)`)))
  const by = (variable: string) => {
    const url = new URL(process.env[variable] ?? '')
    url.pathname = `/${name}`
    return url.href
  }
  return { url: by('CARTWRIGHT_PG_URL'), by }
}

/** The same with every migration applied. */
export function migratedPostgresDatabase(): PostgresDatabase {
  const database = postgresDatabase()
  beforeAll(async () => {
    const storage = postgresStorage({ url: database.url })
    await storage.migrations.up()
    await storage.close()
  })
  return database
}

/** Runs one statement outside any storage. @returns its rows */
export async function inDatabase<Row>(url: string, statement: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** When a migration was applied is decided by the machine's clock. */
const excluded = new Set(['schema_migrations'])

/**
 * Every row of every table as text, in an order of its own. Which transaction of the server wrote an event, and which number its sequence gave it, no seed can decide: in
 * their stead stands the event's place among all, which is what a consumer sees.
 */
export async function postgresDump(url: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await inDatabase<{ name: string }>(url, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
  const dump: Record<string, readonly string[]> = {}
  for (const { name } of tables) if (!excluded.has(name)) dump[name] = await rowsOf(url, name)
  return dump
}

async function rowsOf(url: string, table: string): Promise<readonly string[]> {
  const row =
    table === 'outbox' ? `(to_jsonb(t) - '{tx,position}'::text[]) || jsonb_build_object('place', row_number() OVER (ORDER BY tx, position))` : `to_jsonb(t)`
  const rows = await inDatabase<{ row: string }>(url, `SELECT (${row})::text AS row FROM "${table}" t`)
  return rows.map((found) => found.row).sort()
}
