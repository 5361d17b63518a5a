import { postgresStorage } from '@cartwright/adapters-postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migratedDatabase, onServer, type ScratchDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { type ExplainedStatement, explainedPool } from './explained-pool.ts'

const events = 20_000
const pruned = 100
let database: ScratchDatabase

beforeAll(async () => {
  database = await migratedDatabase()
  await onServer(
    database.url,
    `INSERT INTO outbox (tx, event_id, topic, aggregate_type, aggregate_id, aggregate_version, payload, created_at)
      SELECT number / 4, gen_random_uuid(), 'order.placed', 'order', gen_random_uuid(), 1, '{}', '2026-01-01' FROM generate_series(1, ${events}) AS number`,
    'ANALYZE outbox',
  )
})

afterAll(() => database.drop())

/** How many rows Postgres expects to delete, whatever the values: where it expects a third of the table, it soon reads all of it. */
async function expectedRows(sql: string): Promise<number> {
  const [row = {}] = await onServer(
    database.url,
    'SET plan_cache_mode = force_generic_plan',
    `PREPARE pruning AS ${sql}`,
    `EXPLAIN (FORMAT JSON) EXECUTE pruning(${[...sql.matchAll(/\$\d+/g)].map(() => 1).join(', ')})`,
  )
  const [{ Plan: deletion }] = row['QUERY PLAN'] as [{ Plan: { Plans: [{ 'Plan Rows': number }] } }]
  return deletion.Plans[0]['Plan Rows']
}

test('pruning goes by the key of a large outbox, even by a plan made for any values', async () => {
  const statements: ExplainedStatement[] = []
  const pool = explainedPool(database.url, (statement) => statements.push(statement))
  const storage = postgresStorage({ pool })
  try {
    const before = new Date('2026-02-01')
    expect(await storage.transaction({ source: 'database' }, ({ outbox }) => outbox.prune({ before, limit: pruned }))).toBe(pruned)
  } finally {
    await storage.close()
    await pool.end()
  }
  const deletions = statements.filter(({ sql }) => /^delete/i.test(sql))
  expect(deletions.map(({ mode, scans }) => ({ mode, scans }))).toEqual(
    ['custom', 'generic'].map((mode) => ({ mode, scans: [expect.objectContaining({ table: 'outbox', isSequential: false, rowsRead: pruned })] })),
  )
  expect(await expectedRows(deletions[0]?.sql ?? '')).toBeLessThan(events / 100)
})
