import type { Diagnosis } from '@cartwright/core/ports'
import { Pool } from 'pg'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { postgresStorage } from '../src/postgres-storage.ts'
import { onServer, type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

let database: ScratchDatabase

beforeEach(async () => {
  database = await scratchDatabase()
  const storage = postgresStorage({ url: database.url })
  await storage.migrations.up()
  await storage.close()
})

afterEach(() => database.drop())

async function problems(): Promise<readonly Diagnosis[]> {
  const storage = postgresStorage({ url: database.url })
  try {
    return (await storage.diagnose()).filter(({ status }) => status !== 'ok')
  } finally {
    await storage.close()
  }
}

/** Follows the statements of a remedy, which stand between `Run ` and the last semicolon. */
async function follow(remedy: string | null | undefined): Promise<void> {
  const statements = /^Run (.*;)/.exec(remedy ?? '')?.[1]?.split(/(?<=;) /) ?? []
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) await onServer(database.url, statement)
}

test('a missing index is named, with the statement that builds it', async () => {
  await onServer(database.url, 'DROP INDEX variants_product')
  const found = await problems()
  expect(found).toMatchObject([{ check: 'indexes', status: 'error', message: 'variants_product on variants is missing.' }])
  await follow(found[0]?.remedy)
  expect(await problems()).toEqual([])
})

test('an index that CREATE INDEX CONCURRENTLY left behind invalid is built again or dropped', async () => {
  await onServer(database.url, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_newest'::regclass", 'CREATE TABLE of_the_host (n integer)')
  await onServer(database.url, 'INSERT INTO of_the_host VALUES (1), (1)')
  await expect(onServer(database.url, 'CREATE UNIQUE INDEX CONCURRENTLY left_over ON of_the_host (n)')).rejects.toThrow('could not create unique index')
  const found = await problems()
  expect(found).toMatchObject([{ check: 'indexes', message: expect.stringMatching(/left_over on of_the_host is invalid.*orders_newest on orders is invalid/) }])
  expect(found[0]?.remedy).toBe('Run DROP INDEX CONCURRENTLY left_over; REINDEX INDEX CONCURRENTLY orders_newest;')
  await follow(found[0]?.remedy)
  expect(await problems()).toEqual([])
})

test('a missing or weakened constraint is named, and can be put back', async () => {
  await onServer(
    database.url,
    'ALTER TABLE stock_levels DROP CONSTRAINT stock_levels_not_oversold',
    'ALTER TABLE orders DROP CONSTRAINT orders_number',
    'ALTER TABLE prices DROP CONSTRAINT prices_amount',
    'ALTER TABLE prices ADD CONSTRAINT prices_amount CHECK (amount_minor >= -1)',
  )
  const found = await problems()
  expect(found.map(({ check }) => check)).toEqual(['constraints', 'indexes'])
  expect(found[0]?.message).toMatch(
    /orders_number of orders is missing; stock_levels_not_oversold of stock_levels is missing; prices_amount of prices is CHECK/,
  )
  await follow(found[0]?.remedy)
  expect(await problems()).toEqual([])
})

test('a column that was changed or dropped is named; what the host added is left alone', async () => {
  await onServer(
    database.url,
    'ALTER TABLE products ALTER COLUMN vendor TYPE varchar(20)',
    'ALTER TABLE payments DROP COLUMN decline_code',
    'ALTER TABLE products ADD COLUMN of_the_host text',
    'CREATE INDEX of_the_host ON products (of_the_host)',
  )
  const [found, ...others] = await problems()
  expect(others).toEqual([])
  expect(found?.message).toBe('payments.decline_code is missing; products.vendor is character varying(20), not text COLLATE "C".')
})

test('a user that may not create a schema is told so', async () => {
  const name = new URL(database.url).pathname.slice(1)
  await onServer(database.url, `CREATE ROLE reader_${name} LOGIN PASSWORD 'x'`, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_${name}`)
  const url = new URL(database.url)
  url.username = `reader_${name}`
  url.password = 'x'
  const storage = postgresStorage({ url: url.href })
  try {
    expect((await storage.diagnose()).filter(({ status }) => status !== 'ok')).toMatchObject([{ check: 'schema drift', status: 'warning' }])
  } finally {
    await storage.close()
    await onServer(database.url, `DROP OWNED BY reader_${name}`, `DROP ROLE reader_${name}`)
  }
})

test('pgbouncer without `pgbouncer: true` is recognised', async () => {
  const direct = postgresStorage({ url: database.pooledUrl })
  onTestFinished(() => direct.close())
  await expect(direct.diagnose()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('`pgbouncer: true`') })
  const pool = new Pool({ connectionString: database.pooledUrl })
  onTestFinished(() => pool.end())
  const found = (diagnoses: readonly Diagnosis[]) => diagnoses.find(({ check }) => check === 'pooler')
  expect(found(await postgresStorage({ pool }).diagnose())).toMatchObject({ status: 'warning', remedy: expect.stringContaining('`pgbouncer: true`') })
  expect(found(await postgresStorage({ pool, pgbouncer: true }).diagnose())).toMatchObject({ status: 'ok' })
})
