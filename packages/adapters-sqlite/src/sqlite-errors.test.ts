import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommerceError, isCommerceError } from '@cartwright/core/ports'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteDialect } from './sqlite-dialect.ts'
import { asCommerceError } from './sqlite-errors.ts'
import { sqliteStorage } from './sqlite-storage.ts'

function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cartwright-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** What the driver throws for a statement, as the library reports it. */
function reported(database: InstanceType<typeof Database>, statement: string): unknown {
  try {
    database.exec(statement)
  } catch (error) {
    return asCommerceError(error, database)
  }
  throw new Error(`${statement} did not fail`)
}

test('a lock held by another connection is STORAGE_BUSY', () => {
  const file = join(scratchDirectory(), 'shop.db')
  const holder = new Database(file)
  holder.exec('BEGIN IMMEDIATE')
  expect(reported(new Database(file, { timeout: 0 }), 'BEGIN IMMEDIATE')).toMatchObject({ code: 'STORAGE_BUSY', retryable: true })
})

test('a full disk is STORAGE_UNAVAILABLE', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE notes (text TEXT)')
  database.pragma('max_page_count = 2')
  expect(reported(database, 'INSERT INTO notes VALUES (zeroblob(100000))')).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true })
})

test('a read-only database is STORAGE_UNAVAILABLE', () => {
  const database = new Database(':memory:')
  database.pragma('query_only = ON')
  expect(reported(database, 'CREATE TABLE notes (text TEXT)')).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test('a constraint is CONSTRAINT_VIOLATION with its name, and only a unique one counts as such', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE notes (text TEXT CONSTRAINT notes_text UNIQUE CONSTRAINT notes_short CHECK (length(text) < 9))')
  database.exec("INSERT INTO notes VALUES ('one')")
  const twice = reported(database, "INSERT INTO notes VALUES ('one')")
  const long = reported(database, "INSERT INTO notes VALUES ('much too long')")
  expect(isCommerceError(twice, 'CONSTRAINT_VIOLATION') && twice.details.constraint).toBe('notes_text')
  expect(isCommerceError(long, 'CONSTRAINT_VIOLATION') && long.details.constraint).toBe('notes_short')
  expect(sqliteDialect.violatedUnique(twice)).toBe('notes_text')
  expect(sqliteDialect.violatedUnique(long)).toBeUndefined()
  expect(sqliteDialect.violatedUnique(new Error('other'))).toBeUndefined()
})

test('a mistake in a statement is no CommerceError: it is a defect of the library and stays what it is', () => {
  expect(reported(new Database(':memory:'), 'SELEKT 1')).not.toBeInstanceOf(CommerceError)
})

test('a file in a missing directory says which directory is missing', async () => {
  const directory = join(scratchDirectory(), 'nowhere')
  const storage = sqliteStorage({ file: join(directory, 'shop.db') })
  await expect(storage.migrations.up()).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    message: expect.stringContaining(`the directory ${directory} does not exist`),
  })
  mkdirSync(directory)
  expect(await storage.migrations.up()).toContain('0001_first_shop')
  await storage.close()
})

test('a directory in place of the file is STORAGE_UNAVAILABLE', async () => {
  await expect(sqliteStorage({ file: scratchDirectory() }).migrations.up()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test('a file that is no database is STORAGE_UNAVAILABLE', async () => {
  const file = join(scratchDirectory(), 'shop.db')
  writeFileSync(file, 'something else entirely, and long enough to be taken for a header of a database file, if one did not look at it')
  await expect(sqliteStorage({ file }).migrations.up()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})

test.each(['', 'file:shop.db'])('the path %j is refused', (file) => {
  expect(() => sqliteStorage({ file })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})

test.each([0, 1.5])('%d readers are refused', (readers) => {
  expect(() => sqliteStorage({ file: 'shop.db', readers })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})
