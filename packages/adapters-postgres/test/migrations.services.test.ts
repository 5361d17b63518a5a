import type { Storage } from '@cartwright/core/ports'
import { expect, onTestFinished, test } from 'vitest'
import { type PostgresStorageOptions, postgresStorage } from '../src/postgres-storage.ts'
import { onServer, scratchDatabase } from './scratch-database.ts'

async function emptyDatabase(): Promise<string> {
  const database = await scratchDatabase()
  onTestFinished(() => database.drop())
  return database.url
}

function open(options: PostgresStorageOptions): Storage {
  const storage = postgresStorage(options)
  onTestFinished(() => storage.close())
  return storage
}

/** Columns, constraints and indexes, one a line. */
async function schemaOf(url: string): Promise<string> {
  const columns = `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
    || coalesce(' COLLATE ' || collation_name, '') || coalesce(' DEFAULT ' || column_default, '') AS line
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`
  const constraints = `SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY conrelid::regclass::text COLLATE "C", conname`
  const indexes = "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public' ORDER BY tablename, indexname"
  const parts = [await onServer(url, columns), await onServer(url, constraints), await onServer(url, indexes)]
  return parts.map((rows) => rows.map(({ line }) => `${line}\n`).join('')).join('\n')
}

test('the schema of a new shop is the one in schema.txt', async () => {
  const url = await emptyDatabase()
  await open({ url }).migrations.up()
  // After a new migration: npm run test:services -- packages/adapters-postgres/test/migrations.services.test.ts --update
  await expect(await schemaOf(url)).toMatchFileSnapshot('./schema.txt')
})

test('every migration can be undone and applied again, to the same schema', async () => {
  const url = await emptyDatabase()
  const { migrations } = open({ url })
  const applied = await migrations.up()
  const before = await schemaOf(url)
  const undone: (string | null)[] = []
  for (const _ of applied) undone.push(await migrations.down())
  expect(undone).toEqual([...applied].reverse())
  expect(await migrations.down()).toBeNull()
  expect(await onServer(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([{ tablename: 'schema_migrations' }])
  expect(await migrations.up()).toEqual(applied)
  expect(await schemaOf(url)).toBe(before)
})

test('of several that migrate one fresh database at once, one applies each migration', async () => {
  const url = await emptyDatabase()
  const results = await Promise.all(Array.from({ length: 4 }, () => open({ url }).migrations.up()))
  const names = (await open({ url }).migrations.status()).map(({ name }) => name)
  // Whoever has the lock applies the next one: which handle that is, nobody knows.
  expect(results.flat().sort()).toEqual(names.sort())
})

test('a migration waits, without a deadline of its own, for one that another process runs', async () => {
  const url = await emptyDatabase()
  const quick = open({ url, timeouts: { lockMs: 20, statementMs: 100 } })
  const holder = onServer(url, 'BEGIN', `SELECT pg_advisory_xact_lock(${7161130727041558887n})`, 'SELECT pg_sleep(0.5)', 'COMMIT')
  await onServer(url, 'SELECT pg_sleep(0.1)')
  expect(await quick.migrations.up()).toEqual((await open({ url }).migrations.status()).map(({ name }) => name))
  await holder
})
