import { Client, type ClientConfig } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PostgresClient } from '../src/postgres-pool.ts'
import { type Statement, submitStatement } from '../src/statement-query.ts'
import { onServer, type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

let database: ScratchDatabase
let client: Client
/** How often the server has described the columns of a statement. */
let descriptions = 0

beforeAll(async () => {
  database = await scratchDatabase()
  await onServer(database.url, "CREATE TABLE things (id bigint PRIMARY KEY, name text, made timestamptz(3) DEFAULT '2026-01-02T03:04:05.678Z')")
})

beforeEach(async () => {
  client = new Client({ connectionString: database.url, pipeline: true } as ClientConfig)
  await client.connect()
  descriptions = 0
  const { connection } = client as unknown as { connection: { on(event: 'rowDescription', listener: () => void): void } }
  connection.on('rowDescription', () => {
    descriptions += 1
  })
})

afterEach(() => client.end())
afterAll(() => database.drop())

function send(text: string, values?: Statement['values'], name?: string) {
  return submitStatement(client as unknown as PostgresClient, { text, values, name, deadlineMs: 5_000 })
}

test('what is known of the columns reads the rows of later executions as those of the first', async () => {
  const text = `SELECT $1::bigint AS id, $2::numeric AS sum, $3::jsonb AS body, $4::boolean AS flag, $5::timestamptz AS at, $6::text AS name`
  const at = '2026-01-02T03:04:05.678Z'
  for (const id of [1, 2, 3]) {
    const { rows, rowCount, command } = await send(text, [id, '1.5', '{"a": 1}', id === 2, at, null], 'kinds')
    expect({ rows, rowCount, command }).toEqual({
      rows: [{ id, sum: 1.5, body: '{"a": 1}', flag: id === 2, at: new Date(at), name: null }],
      rowCount: 1,
      command: 'SELECT',
    })
  }
  expect(descriptions).toBe(1)
})

test('executions that overtake the first answer ask for the columns themselves', async () => {
  const answers = await Promise.all([1, 2, 3].map((id) => send('SELECT $1::bigint AS id', [id], 'overtaking')))
  expect(answers.map(({ rows }) => rows)).toEqual([[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]])
  expect(descriptions).toBe(3)
})

test('changes are counted where no rows come back', async () => {
  for (const id of [10, 20]) {
    const { rows, fields, rowCount, command } = await send('INSERT INTO things (id) VALUES ($1), ($1 + 1)', [id], 'insert')
    expect({ rows, fields, rowCount, command }).toEqual({ rows: [], fields: [], rowCount: 2, command: 'INSERT' })
  }
})

test('several statements in one text answer with the last', async () => {
  const { rows, command } = await send('BEGIN; SELECT 1 AS one; SELECT 2 AS two')
  expect({ rows, command }).toEqual({ rows: [{ two: 2 }], command: 'SELECT' })
  expect(await send('COMMIT')).toMatchObject({ rows: [], rowCount: null, command: 'COMMIT' })
})

test('columns that a migration has changed are refused, never read as what they were', async () => {
  await send('SELECT * FROM things', [], 'all of it')
  await onServer(database.url, 'ALTER TABLE things ADD COLUMN colour text')
  await expect(send('SELECT * FROM things', [], 'all of it')).rejects.toMatchObject({ code: '0A000' })
})

test('a statement that could not be prepared is prepared when it can', async () => {
  const text = 'SELECT id FROM later_things'
  await expect(send(text, [], 'later')).rejects.toMatchObject({ code: '42P01' })
  await onServer(database.url, 'CREATE TABLE later_things (id bigint)', 'INSERT INTO later_things VALUES (7)')
  expect((await send(text, [], 'later')).rows).toEqual([{ id: 7 }])
})

test('a refused execution is told, and the next one works', async () => {
  await send('INSERT INTO things (id) VALUES ($1)', [100], 'one thing')
  await expect(send('INSERT INTO things (id) VALUES ($1)', [100], 'one thing')).rejects.toMatchObject({ code: '23505' })
  expect(await send('INSERT INTO things (id) VALUES ($1)', [101], 'one thing')).toMatchObject({ rowCount: 1 })
})

test('an integer that no number holds exactly is a RangeError, and the connection goes on', async () => {
  await expect(send('SELECT $1::bigint AS id', ['9007199254740993'], 'large')).rejects.toBeInstanceOf(RangeError)
  expect((await send('SELECT $1::bigint AS id', ['9007199254740991'], 'large')).rows).toEqual([{ id: 9_007_199_254_740_991 }])
})

test('an answer that does not come in time is given up', async () => {
  const late = submitStatement(client as unknown as PostgresClient, { text: 'SELECT pg_sleep(5)', values: [], name: undefined, deadlineMs: 50 })
  client.on('error', () => undefined)
  await expect(late).rejects.toThrow('Query read timeout')
})
