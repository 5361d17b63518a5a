import { randomBytes } from 'node:crypto'
import { Client, Pool } from 'pg'
import { postgresStorage } from '../src/postgres-storage.ts'

/** A database of its own on a server that `npm run services` started. */
export interface ScratchDatabase {
  /** On the primary itself. */
  readonly url: string
  /** The same database through pgbouncer. */
  readonly pooledUrl: string
  /** The same database on the streaming replica, for reading. */
  readonly replicaUrl: string
  drop(): Promise<void>
}

interface MigratedDatabase extends ScratchDatabase {
  /** Deletes every row, on a connection that is kept: a new one would first have to look up every table. */
  readonly empty: () => Promise<void>
}

/** Migrated databases that tests have given back. */
const free: MigratedDatabase[] = []

/** Makes an empty database. */
export async function scratchDatabase(): Promise<ScratchDatabase> {
  return await create()
}

/** An empty database with every migration applied; once dropped it is emptied and used again, which costs far less than making another. */
export async function migratedDatabase(): Promise<ScratchDatabase> {
  const database = free.pop() ?? (await makeMigrated())
  const drop = async () => {
    await database.empty()
    free.push(database)
  }
  return { ...database, drop }
}

/** Puts the rows of one migrated database into another, which is empty, and lets ids go on from there. */
export async function copyRows(from: string, to: string): Promise<void> {
  const tables = await onServer(from, `SELECT quote_ident(tablename) AS name FROM pg_tables ${shopTables}`)
  const read = tables.map(({ name }) => `SELECT '${name}' AS name, json_agg(r)::text AS rows FROM ${name} AS r HAVING count(*) > 0`)
  const filled = (await onServer(from, read.join(' UNION ALL '))) as { name: string; rows: string }[]
  const inserts = filled.map(
    ({ name, rows }) => `INSERT INTO ${name} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::${name}, ${quoted(rows)})`,
  )
  const growing = `SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 1)) FROM %I', c.table_name, c.column_name, c.column_name, c.table_name) AS reset
    FROM information_schema.columns AS c WHERE c.table_schema = 'public' AND c.is_identity = 'YES'`
  const resets = (await onServer(to, 'BEGIN', 'SET LOCAL session_replication_role = replica', ...inserts, 'COMMIT', growing)).map(({ reset }) => String(reset))
  await onServer(to, ...resets)
}

const shopTables = "WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"

/** As a literal of SQL. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const emptyTables = `FOR name IN SELECT tablename FROM pg_tables ${shopTables}
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;`

/** Runs statements on the server outside any storage, one after the other. @returns the rows of the last. */
export async function onServer(url: string, ...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

/** The address of one of the servers. @param variable - e.g. `CARTWRIGHT_PG_URL`. */
function serviceUrl(variable: string): string {
  const url = process.env[variable]
  if (url === undefined) throw new Error(`${variable} is not set; run the tests with \`npm run test:services\``)
  return url
}

async function makeMigrated(): Promise<MigratedDatabase> {
  const database = await scratchDatabase()
  const storage = postgresStorage({ url: database.url })
  await storage.migrations.up()
  await storage.close()
  const options = '-c session_replication_role=replica'
  const kept = new Pool({ connectionString: database.url, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true, options })
  kept.on('error', () => undefined) // a server may end before the tests do
  const empty = async () => void (await kept.query(`DO $$ DECLARE name text; BEGIN ${emptyTables} END $$`))
  return { ...database, empty }
}

async function create(): Promise<ScratchDatabase> {
  // By its name a later run knows whether whoever made it still runs.
  const name = `scratch_${process.env.CARTWRIGHT_TEST_RUN ?? process.pid}_${randomBytes(8).toString('hex')}`
  const server = serviceUrl('CARTWRIGHT_PG_URL')
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0`)
  return {
    url: inDatabase(server, name),
    pooledUrl: inDatabase(serviceUrl('CARTWRIGHT_PGBOUNCER_URL'), name),
    replicaUrl: inDatabase(serviceUrl('CARTWRIGHT_PG_REPLICA_URL'), name),
    drop: async () => void (await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`)),
  }
}

function inDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
