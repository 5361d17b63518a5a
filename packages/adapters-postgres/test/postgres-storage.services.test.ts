import type { Storage } from '@cartwright/core/ports'
import type { SqlConnection } from '@cartwright/storage-sql'
import { Pool } from 'pg'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type PostgresStorageOptions, postgresStorage } from '../src/postgres-storage.ts'
import { openedStorage } from './opened-storage.ts'
import { migratedDatabase, onServer, type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

const now = { source: 'database' } as const
let database: ScratchDatabase

beforeEach(async () => {
  database = await migratedDatabase()
  return () => database.drop()
})

const open = (options: Partial<PostgresStorageOptions> = {}): Storage => openedStorage(database.url, options)

const location = (code: string) => ({ id: '00000000-0000-7000-8000-000000000001' as never, code, name: code, priority: 0, active: true })
const ends = (where: string) =>
  `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${where}`

describe('a connection that dies', () => {
  test('before COMMIT is STORAGE_UNAVAILABLE, nothing is written, and the next transaction gets another', async () => {
    const storage = open()
    const attempt = storage.transaction(now, async (tx) => {
      await tx.stock.ensureLocation(location('lost'))
      await onServer(database.url, ends("state = 'idle in transaction'"))
      await tx.stock.listLocations()
    })
    await expect(attempt).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await storage.transaction(now, (tx) => tx.stock.listLocations())).toEqual([])
  })

  test('at COMMIT is OUTCOME_UNKNOWN', async () => {
    await onServer(
      database.url,
      `CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$`,
      'CREATE CONSTRAINT TRIGGER lingering AFTER INSERT ON locations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()',
    )
    onTestFinished(() => onServer(database.url, 'DROP FUNCTION linger CASCADE').then(() => undefined))
    const storage = open({ timeouts: { statementMs: 20_000 } })
    const attempt = storage.transaction(now, (tx) => tx.stock.ensureLocation(location('maybe')))
    const outcome = expect(attempt).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true })
    let ended: unknown[] = []
    while (ended.length === 0) ended = await onServer(database.url, ends("query = 'COMMIT' AND state = 'active'"))
    await outcome
  })
})

test('a short list is prepared; a long one is planned for itself, which a plan from when the tables were empty does not suit', async () => {
  const pool = new Pool({ connectionString: database.url, max: 1 })
  const storage = postgresStorage({ pool })
  const prepared = async () => (await pool.query("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%stock_levels%'")).rows.length
  const read = (count: number) =>
    storage.snapshot(now, ({ stock }) => stock.levels({ skus: Array.from({ length: count }, (_, index) => `SKU-${index}` as never) }))
  await read(1_000)
  expect(await prepared()).toBe(0)
  await read(3)
  expect(await prepared()).toBe(1)
  await storage.close()
  await pool.end()
})

test('a lock that is held past its timeout is STORAGE_BUSY', async () => {
  const storage = open({ timeouts: { lockMs: 30 } })
  await storage.transaction(now, (tx) => tx.stock.ensureLocation(location('one')))
  const pool = new Pool({ connectionString: database.url, max: 1 })
  const other = await pool.connect()
  await other.query('BEGIN')
  await other.query('LOCK TABLE locations IN ACCESS EXCLUSIVE MODE')
  await expect(storage.transaction(now, (tx) => tx.stock.listLocations())).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
  await other.query('ROLLBACK')
  other.release()
  await pool.end()
  expect(await storage.transaction(now, (tx) => tx.stock.listLocations())).toHaveLength(1)
})

test('with every connection in use, the wait ends with STORAGE_BUSY, and reading goes on beside it', async () => {
  const storage = open({ writers: 1, readers: 1, timeouts: { poolMs: 50 } })
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const first = storage.transaction(now, () => held)
  await expect(storage.transaction(now, async () => undefined)).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
  expect(await storage.snapshot(now, (snapshot) => snapshot.stock.listLocations())).toEqual([])
  release()
  await first
})

test('a deadlock is broken by running one of the two again', async () => {
  await onServer(database.url, 'CREATE TABLE pair (id integer PRIMARY KEY, n integer NOT NULL)', 'INSERT INTO pair VALUES (1, 0), (2, 0)')
  onTestFinished(() => onServer(database.url, 'DROP TABLE pair').then(() => undefined))
  const { PostgresConnections } = await import('../src/postgres-connections.ts')
  const { ownSource } = await import('../src/postgres-source.ts')
  const timeouts = { connectMs: 1_000, poolMs: 5_000, statementMs: 5_000, lockMs: 5_000, idleInTransactionMs: 10_000 }
  const connections = new PostgresConnections(ownSource({ timeouts, writers: 2, readers: 1, pgbouncer: false }, database.url, undefined))
  onTestFinished(() => connections.close())
  let runs = 0
  const add = (first: number, second: number) =>
    connections.write(async (connection) => {
      runs += 1
      for (const id of [first, second]) await connection.execute('UPDATE pair SET n = n + 1 WHERE id = $1 AND pg_sleep(0.1) IS NOT NULL', [id])
    })
  await Promise.all([add(1, 2), add(2, 1)])
  expect(await onServer(database.url, 'SELECT n FROM pair')).toEqual([{ n: 2 }, { n: 2 }])
  expect(runs).toBe(3)
})

test.each(['our own', "the host's", 'pgbouncer'])('no statement is compiled on a connection of a pool that is %s', async (whose) => {
  const { PostgresConnections } = await import('../src/postgres-connections.ts')
  const { chooseSource } = await import('../src/postgres-storage.ts')
  const pool = new Pool({ connectionString: database.url })
  onTestFinished(() => pool.end())
  const options = { 'our own': { url: database.url }, "the host's": { pool }, pgbouncer: { url: database.pooledUrl, pgbouncer: true } }[whose] ?? {}
  const connections = new PostgresConnections(chooseSource(options as PostgresStorageOptions))
  onTestFinished(() => connections.close())
  const shown = async (connection: SqlConnection) => (await connection.execute('SHOW jit', [])).rows
  expect(await connections.read(shown)).toEqual([{ jit: 'off' }])
  expect(await connections.write(shown)).toEqual([{ jit: 'off' }])
})

test('a pool of the host is used as it is and stays open', async () => {
  const pool = new Pool({ connectionString: database.url })
  const storage = postgresStorage({ pool })
  await storage.transaction(now, (tx) => tx.stock.ensureLocation(location('kept')))
  await storage.close()
  await expect(storage.transaction(now, async () => undefined)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect((await pool.query('SELECT code FROM locations')).rows).toEqual([{ code: 'kept' }])
  await pool.end()
})

test('a server that is not there is STORAGE_UNAVAILABLE', async () => {
  await expect(open({ url: 'postgres://127.0.0.1:1/none' }).transaction(now, async () => undefined)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test.each([{ url: 'mysql://x' }, { writers: 0 }, { timeouts: { lockMs: 0.5 } }])('%j is refused', (options) => {
  expect(() => open(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})

test('doctor finds nothing wrong with a new shop, and names what is missing in an empty database', async () => {
  expect((await open().diagnose()).filter(({ status }) => status !== 'ok')).toEqual([])
  const empty = await scratchDatabase()
  const storage = postgresStorage({ url: empty.url })
  expect((await storage.diagnose()).filter(({ status }) => status !== 'ok')).toMatchObject([{ check: 'schema', status: 'warning' }])
  await storage.close()
  await empty.drop()
})
