import { expect, test } from 'vitest'
import { readJsonRows, rowsAsJson } from './rows-as-json.ts'

const wrapped = 'SELECT row_to_json(cartwright_row)::text AS cartwright_row FROM cartwright_row'

test.each([
  ['select 1', 'WITH cartwright_row AS (select 1)'],
  [`SELECT "from", 'it''s RETURNING' FROM t FOR UPDATE`, `WITH cartwright_row AS (SELECT "from", 'it''s RETURNING' FROM t FOR UPDATE)`],
  ['INSERT INTO t VALUES ($1) RETURNING id', 'WITH cartwright_row AS (INSERT INTO t VALUES ($1) RETURNING id)'],
  [
    'WITH a AS (UPDATE t SET n = 1 RETURNING id), b AS (SELECT 2)\nselect * from a, b',
    'WITH a AS (UPDATE t SET n = 1 RETURNING id), b AS (SELECT 2), cartwright_row AS (select * from a, b)',
  ],
  ['WITH a AS (SELECT 1) DELETE FROM t RETURNING t.id', 'WITH a AS (SELECT 1), cartwright_row AS (DELETE FROM t RETURNING t.id)'],
])('%s returns rows', (sql, begin) => {
  expect(rowsAsJson(sql)).toBe(`${begin} ${wrapped}`)
})

test.each([
  'SAVEPOINT part',
  'update t set n = 1',
  `INSERT INTO t VALUES ('RETURNING')`,
  'UPDATE t SET "returning" = 1',
  'WITH a AS (DELETE FROM t RETURNING id) INSERT INTO u SELECT id FROM a',
])('%s returns none', (sql) => {
  expect(rowsAsJson(sql)).toBeUndefined()
})

test('an integer that a number does not hold exactly is refused, in a column but not inside stored JSON', () => {
  expect(readJsonRows([{ cartwright_row: '{"n":9007199254740991,"json":{"n":1e300}}' }])).toEqual([{ n: 9007199254740991, json: { n: 1e300 } }])
  expect(() => readJsonRows([{ cartwright_row: '{"n":9007199254740992}' }])).toThrow(RangeError)
})
