import Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { sqliteDialect } from './sqlite-dialect.ts'

const { codecs, types } = sqliteDialect

/** What comes back of a value that was stored in a column of this type. */
function stored(type: string, value: unknown): unknown {
  const database = new Database(':memory:')
  database.exec(`CREATE TABLE one (value ${type}) STRICT`)
  database.prepare('INSERT INTO one VALUES (?)').run(value)
  return (database.prepare('SELECT value FROM one').get() as { value: unknown }).value
}

test.each([0, 1, 999, 1_700_000_000_123, 253_402_300_799_999, -1])('an instant comes back to the millisecond: %i', (ms) => {
  expect(codecs.time.decode(stored(types.time, codecs.time.encode(new Date(ms))) as never)).toEqual(new Date(ms))
})

test.each([true, false])('a boolean comes back: %s', (value) => {
  expect(codecs.bool.decode(stored(types.bool, codecs.bool.encode(value)) as never)).toBe(value)
})

test.each([null, 0, '', [], {}, { a: [1, { b: 'ü "\u0000 🙂' }], c: null }])('JSON comes back: %j', (value) => {
  expect(codecs.json.decode(stored(types.json, codecs.json.encode(value)) as never)).toEqual(value)
})

test.each([0, -1, 2 ** 53 - 1, -(2 ** 53) + 1])('an amount comes back: %i', (value) => {
  expect(stored(types.int, value)).toBe(value)
})

test('a LIMIT is no bare parameter, which would have SQLite plan the statement anew at every run', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE numbers (value INTEGER); INSERT INTO numbers VALUES (1), (2), (3)')
  const db = new Kysely<{ numbers: { value: number } }>({ dialect: sqliteDialect.kysely })
  const query = db.selectFrom('numbers').select('value').orderBy('value').limit(2).compile()
  expect(query.sql).toMatch(/limit \? \+ 0$/)
  expect(database.prepare(query.sql).all(query.parameters)).toEqual([{ value: 1 }, { value: 2 }])
})
