import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess } from '@cartwright/testing/crash'
import { Client } from 'pg'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { onlineSteps } from './online-steps.ts'
import { onServer, type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

let database: ScratchDatabase

beforeEach(async () => {
  database = await scratchDatabase()
  return () => database.drop()
})

function open(options: { readonly pgbouncer?: boolean; readonly upTo?: number } = {}) {
  const steps = onlineSteps(options.pgbouncer === true ? database.pooledUrl : database.url, options)
  onTestFinished(() => steps.close())
  return steps.migrations
}

/** A transaction that has written to the table and stays open: building an index waits for it. */
async function openWriter() {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  await client.query('BEGIN')
  await client.query("INSERT INTO goods VALUES ('open', 'new')")
  return async () => {
    await client.query('COMMIT')
    await client.end()
  }
}

async function untilIndexWaits(): Promise<void> {
  const building = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE%CONCURRENTLY%' AND wait_event_type = 'Lock'"
  while ((await onServer(database.url, building)).length === 0) await sleep(10)
}

const indexes = async () =>
  await onServer(
    database.url,
    `SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = 'goods'::regclass ORDER BY relname`,
  )

const complete = [
  { name: 'goods_by_kind', valid: true },
  { name: 'goods_code', valid: true },
]

test.each([{ pgbouncer: false }, { pgbouncer: true }])('indexes are built while others write, for longer than any timeout: %j', async (options) => {
  await open({ upTo: 1 }).up()
  const end = await openWriter()
  const run = open(options).up()
  await untilIndexWaits()
  await onServer(database.url, "SET lock_timeout = '1s'", "INSERT INTO goods VALUES ('beside', 'new')", "UPDATE goods SET kind = 'used' WHERE code = 'beside'")
  await sleep(400)
  await end()
  expect(await run).toEqual(['0002_goods_indexes'])
  expect(await indexes()).toEqual(complete)
  const { statement_timeout: timeout } = (await onServer(options.pgbouncer ? database.pooledUrl : database.url, 'SHOW statement_timeout'))[0] ?? {}
  expect(timeout).toBe('0')
})

test('of several that migrate at once, one builds, and none waits for the other forever', async () => {
  await open({ upTo: 1 }).up()
  const end = await openWriter()
  const runs = Promise.all([open().up(), open({ pgbouncer: true }).up(), open().up()])
  await untilIndexWaits()
  await end()
  expect((await runs).flat()).toEqual(['0002_goods_indexes'])
  expect(await indexes()).toEqual(complete)
})

test('what a failed attempt has left is dropped and built again, and what is complete is kept', async () => {
  await open({ upTo: 1 }).up()
  await onServer(database.url, "INSERT INTO goods VALUES ('twice', 'new'), ('twice', 'new')")
  await expect(open().up()).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION', details: { constraint: 'goods_code' } })
  expect(await indexes()).toEqual([
    { name: 'goods_by_kind', valid: true },
    { name: 'goods_code', valid: false },
  ])
  const [kept] = await onServer(database.url, "SELECT 'goods_by_kind'::regclass::oid AS oid")
  await onServer(database.url, "UPDATE goods SET kind = 'old'")
  expect(await open().up()).toEqual(['0002_goods_indexes'])
  expect(await indexes()).toEqual(complete)
  expect(await onServer(database.url, "SELECT 'goods_by_kind'::regclass::oid AS oid")).toEqual([kept])
})

test('a process that is killed while it builds is followed by another, which finishes, also while the server still works for the dead one', async () => {
  await open({ upTo: 1 }).up()
  const end = await openWriter()
  const script = join(import.meta.dirname, 'processes', 'build-indexes.ts')
  const child = startProcess({ script, setup: { url: database.url }, execArgv: ['--conditions=cartwright-source', '--no-warnings'] })
  await child.ready
  child.go()
  await untilIndexWaits()
  child.kill()
  expect(await child.end).toBe('killed')
  const run = open().up()
  await sleep(200)
  await end()
  expect(await run).toEqual(['0002_goods_indexes'])
  expect(await indexes()).toEqual(complete)
})

test('the step can be undone and planned', async () => {
  const migrations = open()
  expect(await migrations.plan('up')).toMatchObject([
    { name: '0001_goods' },
    { sql: ['CREATE INDEX CONCURRENTLY goods_by_kind ON goods (kind)', "CREATE UNIQUE INDEX CONCURRENTLY goods_code ON goods (code) WHERE kind <> 'old'"] },
  ])
  expect(await migrations.up()).toEqual(['0001_goods', '0002_goods_indexes'])
  expect(await migrations.down()).toBe('0002_goods_indexes')
  expect(await indexes()).toEqual([])
  expect(await migrations.up()).toEqual(['0002_goods_indexes'])
})
