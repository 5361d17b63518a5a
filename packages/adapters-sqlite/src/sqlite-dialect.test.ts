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

/** How often statements were planned anew: better-sqlite3 makes another row maker, by `Function`, each time. */
function countingRowMakers(work: () => void): number {
  const original = globalThis.Function
  let made = 0
  const counting = (target: FunctionConstructor, self: unknown, parameters: unknown[]) => {
    made += 1
    return Reflect.apply(target, self, parameters)
  }
  globalThis.Function = new Proxy(original, { apply: counting })
  try {
    work()
  } finally {
    globalThis.Function = original
  }
  return made
}

test('a statement is planned once, however often it runs with other values', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE lines (id TEXT NOT NULL PRIMARY KEY, owner TEXT, position INTEGER, UNIQUE (owner, position)) STRICT')
  for (let index = 0; index < 9; index += 1) database.prepare('INSERT INTO lines VALUES (?, ?, ?)').run(`${index}`, `owner-${index % 3}`, index)
  const db = new Kysely<{ lines: { id: string; owner: string; position: number } }>({ dialect: sqliteDialect.kysely })
  const query = db.selectFrom('lines').select('id').where('owner', '=', 'someone').orderBy('position').limit(2).compile()
  const ours = database.prepare(query.sql)
  expect(ours.all('owner-1', 2)).toEqual([{ id: '1' }, { id: '4' }])
  const runs = (statement: typeof ours) => () => {
    for (let index = 0; index < 30; index += 1) statement.all(`owner-${index % 3}`, 1 + (index % 2))
  }
  expect(countingRowMakers(runs(ours))).toBe(0)
  const bare = database.prepare(query.sql.replaceAll('likely(?)', '?'))
  expect(countingRowMakers(runs(bare))).toBe(30)
})
