import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { cartwrightBin, cartwrightJson, temporaryFolder } from './command.ts'
import { databaseDump, seededSteps } from './database-dump.ts'

const folder = temporaryFolder()
const small = ['--products', '60', '--customers', '12', '--orders', '90', '--seed', '7']

interface SeedResult {
  readonly products: number
  readonly variants: number
  readonly customers: number
  readonly orders: number
  readonly seed: number
  readonly digest: string
  readonly resumed: boolean
  readonly finished: boolean
}

async function seed(file: string, args: readonly string[] = small) {
  return cartwrightJson<SeedResult>(folder, ['seed', ...args, '--db', file])
}

/** Starts seeding and signals the process once it has done so many steps. @returns its exit code; null when the signal ended it. */
async function interruptedSeed(file: string, afterSteps: number, signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
  const child = spawn(process.execPath, ['--conditions=cartwright-source', cartwrightBin, 'seed', ...small, '--db', file], { cwd: folder, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let running = true
  void ended.then(() => {
    running = false
  })
  while (running && seededSteps(join(folder, file)) < afterSteps) await pause(2)
  child.kill(signal)
  return ended
}

describe('a seeded shop', () => {
  test('is the same, row for row, from the same seed, and another one from another', async () => {
    const one = await seed('one.db')
    const two = await seed('two.db')
    expect(one).toMatchObject({ exitCode: 0, value: { products: 60, customers: 12, orders: 90, seed: 7, resumed: false, finished: true } })
    const { digest } = one.value
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(two.value.digest).toBe(digest)
    const dump = databaseDump(join(folder, 'one.db'))
    expect(databaseDump(join(folder, 'two.db'))).toEqual(dump)
    expect(dump.products).toHaveLength(60)
    expect(dump.variants).toHaveLength(one.value.variants)
    expect(dump.orders).toHaveLength(90)
    for (const table of ['outbox', 'stock_ledger', 'payments', 'refunds', 'fulfilments', 'idempotency_keys', 'quotes', 'carts']) {
      expect(dump[table]?.length, table).toBeGreaterThan(0)
    }
    const other = await seed('other.db', [...small.slice(0, -1), '8'])
    expect(other.value.digest).not.toBe(digest)
  })

  test('has orders in every state, deliveries to its stock, and a clean audit, which a worker does not change', async () => {
    const audit = () => cartwrightJson<{ violations: number }>(folder, ['audit', '--db', 'one.db'])
    expect(await audit()).toMatchObject({ exitCode: 0, value: { violations: 0 } })
    const dump = databaseDump(join(folder, 'one.db'))
    const states = new Set(
      dump.orders?.map((row) => {
        const { status, payment_status: payment, fulfilment_status: fulfilment } = JSON.parse(row) as Record<string, string>
        return [status, payment, fulfilment].join(' ')
      }),
    )
    for (const state of ['pending none none', 'confirmed paid none', 'confirmed paid shipped', 'confirmed paid delivered', 'cancelled refunded none']) {
      expect([...states], state).toContain(state)
    }
    expect(dump.stock_ledger?.some((row) => row.includes('"received"'))).toBe(true)
    const worker = await cartwrightJson<Record<string, { failed: number }>>(folder, ['worker', '--once', '--db', 'one.db'])
    expect(worker.exitCode).toBe(0)
    expect(await audit()).toMatchObject({ exitCode: 0, value: { violations: 0 } })
  })

  test.each([1, 2, 3])('killed at a random moment (%i), it is finished by the same command to the same bytes', async (round) => {
    const steps = Math.floor(Math.random() * 150)
    console.info(`round ${round}: killed after ${steps} steps`)
    const file = `killed-${round}.db`
    expect(await interruptedSeed(file, steps, 'SIGKILL')).toBeNull()
    expect((await cartwrightJson<{ violations: number }>(folder, ['audit', '--db', file])).value.violations).toBe(0)
    const { value } = await seed(file)
    expect(value).toMatchObject({ resumed: true, finished: true })
    expect(databaseDump(join(folder, file))).toEqual(databaseDump(join(folder, 'two.db')))
  })

  test('interrupted by Ctrl-C it ends with 1 after a whole batch, and goes on to the same digest', async () => {
    expect(await interruptedSeed('stopped.db', 64, 'SIGINT')).toBe(1)
    const { value } = await seed('stopped.db')
    expect(value).toMatchObject({ resumed: true, finished: true })
    const again = await seed('stopped.db')
    expect(again).toMatchObject({ exitCode: 0, value: { ...value, elapsedMs: expect.any(Number) } })
    expect(databaseDump(join(folder, 'stopped.db'))).toEqual(databaseDump(join(folder, 'two.db')))
  })
})

test('of two processes that seed one database, one goes on to the end and the other is told', async () => {
  const results = await Promise.all([seed('shared.db'), seed('shared.db')])
  const failed = results.filter(({ exitCode }) => exitCode !== 0)
  for (const { value } of failed) expect(value).toMatchObject({ error: { code: 'CONFLICT', message: 'Another process is seeding this database' } })
  expect(failed.length).toBeLessThanOrEqual(1)
  expect(databaseDump(join(folder, 'shared.db'))).toEqual(databaseDump(join(folder, 'two.db')))
})

test.each([
  ['products', ['--products', '61']],
  ['a seed', ['--seed', '8']],
  ['a present', ['--until', '2026-02-01']],
])('a database that was seeded with other %s is refused', async (_what, other) => {
  const { exitCode, value } = await cartwrightJson<{ error: { code: string; message: string } }>(folder, ['seed', ...small, ...other, '--db', 'two.db'])
  expect(exitCode).toBe(1)
  expect(value.error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('--products 60 --customers 12 --orders 90 --seed 7') })
})

test('a database with products of another origin is refused and left as it is', async () => {
  const record = { handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 900 }] }] }
  await writeFile(join(folder, 'mug.jsonl'), JSON.stringify(record))
  await cartwrightJson(folder, ['import', 'mug.jsonl', '--db', 'mine.db'])
  const before = databaseDump(join(folder, 'mine.db'))
  const { exitCode, value } = await cartwrightJson<{ error: { code: string } }>(folder, ['seed', ...small, '--db', 'mine.db'])
  expect([exitCode, value.error.code]).toEqual([1, 'INVALID_INPUT'])
  expect(databaseDump(join(folder, 'mine.db'))).toEqual(before)
})

test('nothing in a seeded shop happens after the moment that --until names', async () => {
  const until = '2024-05-05T12:00Z'
  await seed('earlier.db', [...small, '--until', until])
  const { orders, outbox } = databaseDump(join(folder, 'earlier.db'))
  const times = [
    ...(orders ?? []).map((row) => (JSON.parse(row) as { placed_at: number }).placed_at),
    ...(outbox ?? []).map((row) => (JSON.parse(row) as { created_at: number }).created_at),
  ]
  expect(Math.max(...times)).toBeLessThan(Date.parse(until))
  expect(Math.max(...times)).toBeGreaterThan(Date.parse(until) - 24 * 3_600_000)
})

test.each([
  [['--products', '0'], '--products'],
  [['--orders', 'many'], '--orders'],
  [['--until', '2026-02-31'], '--until'],
])('%s makes no sense', async (args, named) => {
  const { exitCode, stderr } = await cartwrightJson(folder, ['seed', ...args, '--db', 'none.db'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(named)
})
