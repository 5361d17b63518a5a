import type { Storage } from '@cartwright/core/ports'
import { indexMigration, type Migration, sqlStorage } from '@cartwright/storage-sql'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { sqliteDialect } from '../src/sqlite-dialect.ts'
import { sqliteStorage } from '../src/sqlite-storage.ts'
import { scratchConnections, scratchFile } from './scratch.ts'

const first: Migration = { name: '0001_first', up: (t) => [`CREATE TABLE one (id ${t.int}) ${t.table}`], down: () => ['DROP TABLE one'] }
const second: Migration = { name: '0002_second', up: (t) => [`CREATE TABLE two (id ${t.int}) ${t.table}`], down: () => ['DROP TABLE two'] }
const broken: Migration = { name: '0002_broken', up: () => ['CREATE TABLE two (id INTEGER)', 'CREATE TABLE one (id INTEGER)'], down: () => [] }

/** A storage that knows only these migrations. */
function storageWith(file: string, ...migrations: readonly Migration[]): Storage {
  const connections = scratchConnections(file, { busyDeadlineMs: 50 })
  return sqlStorage({ dialect: sqliteDialect, connections, migratesOnStart: true, diagnose: async () => [], migrations })
}

function schemaOf(file: string): readonly { type: string; name: string; sql: string }[] {
  const database = new Database(file)
  const rows = database.prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name").all()
  database.close()
  return rows as { type: string; name: string; sql: string }[]
}

const tablesOf = (file: string) => schemaOf(file).flatMap(({ type, name }) => (type === 'table' ? [name] : []))

test('pending migrations are applied in their order, once', async () => {
  const file = scratchFile()
  expect(await storageWith(file, first).migrations.up()).toEqual(['0001_first'])
  const { migrations } = storageWith(file, first, second)
  expect(await migrations.status()).toEqual([
    { name: '0001_first', appliedAt: expect.any(Date) },
    { name: '0002_second', appliedAt: null },
  ])
  expect(await migrations.up()).toEqual(['0002_second'])
  expect(await migrations.up()).toEqual([])
  expect(tablesOf(file)).toEqual(['one', 'schema_migrations', 'two'])
})

test('a migration that fails leaves nothing of itself and everything before it', async () => {
  const file = scratchFile()
  await expect(storageWith(file, first, broken).migrations.up()).rejects.toThrow('already exists')
  expect(tablesOf(file)).toEqual(['one', 'schema_migrations'])
  expect(await storageWith(file, first, second).migrations.up()).toEqual(['0002_second'])
})

test('down undoes the newest migration until there is none', async () => {
  const file = scratchFile()
  const { migrations } = storageWith(file, first, second)
  await migrations.up()
  expect([await migrations.down(), await migrations.down(), await migrations.down()]).toEqual(['0002_second', '0001_first', null])
  expect(tablesOf(file)).toEqual(['schema_migrations'])
})

test('plan shows the SQL of both directions and runs none of it', async () => {
  const file = scratchFile()
  const { migrations } = storageWith(file, first, second)
  expect(await migrations.plan('up')).toEqual([
    { name: '0001_first', sql: ['CREATE TABLE one (id INTEGER) STRICT'] },
    { name: '0002_second', sql: ['CREATE TABLE two (id INTEGER) STRICT'] },
  ])
  expect(await migrations.plan('down')).toEqual([])
  expect(tablesOf(file)).toEqual([])
  await migrations.up()
  expect(await migrations.plan('up')).toEqual([])
  expect(await migrations.plan('down')).toEqual([{ name: '0002_second', sql: ['DROP TABLE two'] }])
})

test('a migration that was altered after it had been applied is refused', async () => {
  const file = scratchFile()
  await storageWith(file, first).migrations.up()
  const altered = { ...first, up: () => ['CREATE TABLE one (id INTEGER, more TEXT) STRICT'] }
  for (const step of ['up', 'down'] as const) {
    await expect(storageWith(file, altered, second).migrations[step]()).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringContaining('0001_first'),
    })
  }
  const reformatted = { ...first, up: () => ['CREATE TABLE one\n    (id INTEGER)   STRICT'] }
  expect(await storageWith(file, reformatted).migrations.up()).toEqual([])
})

test('a database with a migration of a later version is refused, and status still shows it', async () => {
  const file = scratchFile()
  await storageWith(file, first, second).migrations.up()
  const { migrations } = storageWith(file, first)
  await expect(migrations.up()).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', message: expect.stringContaining('0002_second') })
  await expect(migrations.down()).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  await expect(migrations.plan('up')).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  expect((await migrations.status()).map(({ name }) => name)).toEqual(['0001_first', '0002_second'])
  expect(await storageWith(file, first).diagnose()).toMatchObject([{ check: 'schema', status: 'error', message: expect.stringContaining('0002_second') }])
})

test('with nothing pending, up does not need the write lock', async () => {
  const file = scratchFile()
  const { migrations } = storageWith(file, first)
  await migrations.up()
  const other = new Database(file)
  other.exec('BEGIN IMMEDIATE')
  expect(await migrations.up()).toEqual([])
  await expect(storageWith(file, first, second).migrations.up()).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
  other.close()
})

test('the schema of a new shop is the one in schema.sql', async () => {
  const file = scratchFile()
  const storage = sqliteStorage({ file })
  await storage.migrations.up()
  await storage.close()
  const text = schemaOf(file)
    .map(({ sql }) => `${sql};\n`)
    .join('\n')
  // After a new migration: npx vitest run packages/adapters-sqlite/test/migrations.test.ts --update
  await expect(text).toMatchFileSnapshot('./schema.sql')
})

test('every migration can be undone and applied again, to the same schema', async () => {
  const file = scratchFile()
  const storage = sqliteStorage({ file, synchronous: 'OFF' })
  const applied = await storage.migrations.up()
  const before = schemaOf(file)
  const undone: (string | null)[] = []
  for (const _ of applied) undone.push(await storage.migrations.down())
  expect(undone).toEqual([...applied].reverse())
  expect(tablesOf(file)).toEqual(['schema_migrations'])
  expect(await storage.migrations.up()).toEqual(applied)
  expect(schemaOf(file)).toEqual(before)
  await storage.close()
})

describe('a migration that rebuilds tables', () => {
  const parents: Migration = {
    name: '0001_family',
    up: () => [
      "CREATE TABLE parents (id INTEGER NOT NULL PRIMARY KEY, mood TEXT NOT NULL CONSTRAINT parents_mood CHECK (mood IN ('glad'))) STRICT",
      'CREATE TABLE children (id INTEGER NOT NULL PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parents (id)) STRICT',
      "INSERT INTO parents VALUES (1, 'glad')",
      'INSERT INTO children VALUES (10, 1)',
    ],
    down: () => ['DROP TABLE children', 'DROP TABLE parents'],
  }
  const widen = (copy: string, rebuildsTables: boolean): Migration => ({
    name: '0002_moods',
    rebuildsTables,
    up: () => [
      "CREATE TABLE new_parents (id INTEGER NOT NULL PRIMARY KEY, mood TEXT NOT NULL CONSTRAINT parents_mood CHECK (mood IN ('glad', 'sad'))) STRICT",
      copy,
      'DROP TABLE parents',
      'ALTER TABLE new_parents RENAME TO parents',
    ],
    down: () => [],
  })
  const copyAll = 'INSERT INTO new_parents SELECT * FROM parents'

  test('may replace one that others reference, and foreign keys hold again afterwards', async () => {
    const file = scratchFile()
    const connections = scratchConnections(file, { busyDeadlineMs: 50 })
    const parts = { dialect: sqliteDialect, connections, migratesOnStart: true, diagnose: async () => [], migrations: [parents, widen(copyAll, true)] }
    expect(await sqlStorage(parts).migrations.up()).toEqual(['0001_family', '0002_moods'])
    await connections.write(async (connection) => void (await connection.execute("INSERT INTO parents VALUES (2, 'sad')", [])))
    const orphan = connections.write(async (connection) => void (await connection.execute('INSERT INTO children VALUES (11, 99)', [])))
    await expect(orphan).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
  })

  test('is refused, whole, when it loses a row that others reference', async () => {
    const file = scratchFile()
    const { migrations } = storageWith(file, parents, widen(`${copyAll} WHERE id <> 1`, true))
    await expect(migrations.up()).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION', details: { constraint: 'children references parents' } })
    expect(await storageWith(file, parents).migrations.up()).toEqual([])
    expect(tablesOf(file)).toEqual(['children', 'parents', 'schema_migrations'])
  })

  test('needs to say so', async () => {
    await expect(storageWith(scratchFile(), parents, widen(copyAll, false)).migrations.up()).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
  })
})

test('a migration of indexes is a step like any other: all of them, or none', async () => {
  const goods: Migration = {
    name: '0001_goods',
    up: () => ['CREATE TABLE goods (code TEXT) STRICT', "INSERT INTO goods VALUES ('a'), ('a')"],
    down: () => ['DROP TABLE goods'],
  }
  const indexes = indexMigration('0002_indexes', [
    { name: 'goods_by_code', on: 'goods (code)' },
    { name: 'goods_code', on: "goods (code) WHERE code <> 'a'", unique: true },
  ])
  const tooStrict = indexMigration('0003_stricter', [
    { name: 'goods_again', on: 'goods (code)' },
    { name: 'goods_once', on: 'goods (code)', unique: true },
  ])
  const file = scratchFile()
  const { migrations } = storageWith(file, goods, indexes)
  expect(await migrations.up()).toEqual(['0001_goods', '0002_indexes'])
  const before = schemaOf(file)
  expect(JSON.stringify(before)).toContain('CREATE INDEX goods_by_code ON goods (code)')
  await expect(storageWith(file, goods, indexes, tooStrict).migrations.up()).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
  expect(schemaOf(file)).toEqual(before)
  expect(await migrations.down()).toBe('0002_indexes')
  expect(JSON.stringify(schemaOf(file))).not.toContain('goods_by_code')
})
