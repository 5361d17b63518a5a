import type { Diagnosis, DomainEvent, Storage } from '@cartwright/core/ports'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { type SqliteStorageOptions, sqliteStorage } from '../src/sqlite-storage.ts'
import { scratchFile } from './scratch.ts'

const now = { source: 'database' } as const

async function shop(options: SqliteStorageOptions = { file: ':memory:' }): Promise<Storage> {
  const storage = sqliteStorage(options)
  onTestFinished(() => storage.close())
  await storage.migrations.up()
  return storage
}

function events(count: number, occurredAt: Date): DomainEvent[] {
  const event = (index: number) => ({
    id: `event-${index}`,
    topic: 'product.changed',
    aggregateType: 'product',
    aggregateId: `product-${index}`,
    aggregateVersion: 1,
    payload: { handle: `product-${index}`, change: 'created' },
    occurredAt,
  })
  return Array.from({ length: count }, (_, index) => event(index) as unknown as DomainEvent)
}

const uses: readonly (readonly [string, (storage: Storage) => Promise<unknown>])[] = [
  ['transaction', (storage) => storage.transaction(now, async () => undefined)],
  ['snapshot', (storage) => storage.snapshot(now, async () => undefined)],
  ['migrations.status', (storage) => storage.migrations.status()],
  ['migrations.up', (storage) => storage.migrations.up()],
  ['migrations.down', (storage) => storage.migrations.down()],
  ['migrations.plan', (storage) => storage.migrations.plan('up')],
  ['diagnose', (storage) => storage.diagnose()],
  ['close', (storage) => storage.close()],
]

for (const [place, open] of [
  ['in memory', () => shop()],
  ['on a file', () => shop({ file: scratchFile() })],
] as const) {
  test.each(uses)(`inside a callback of a storage ${place}, its %s is refused at once`, async (_name, use) => {
    const storage = await open()
    for (const outer of ['transaction', 'snapshot'] as const) {
      await storage[outer](now, async () => {
        await expect(use(storage)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
      })
    }
  })
}

test('work that began inside a callback may use the storage once the callback has returned', async () => {
  const storage = await shop()
  let release: () => void = () => undefined
  const returned = new Promise<void>((resolve) => {
    release = resolve
  })
  let later: Promise<Date> = Promise.reject(new Error('not started'))
  later.catch(() => undefined)
  await storage.transaction(now, async () => {
    later = returned.then(() => storage.transaction(now, async (tx) => tx.now))
  })
  release()
  expect(await later).toBeInstanceOf(Date)
})

test('the storage of another database may be used inside a callback', async () => {
  const [one, other] = [await shop(), await shop()]
  expect(await one.transaction(now, () => other.transaction(now, async () => 'both'))).toBe('both')
})

test('a handle of the host is used as it is and stays open', async () => {
  const database = new Database(':memory:')
  const storage = sqliteStorage({ database })
  await storage.migrations.up()
  await storage.close()
  expect(database.open).toBe(true)
  expect(database.prepare('SELECT name FROM schema_migrations').all()).toContainEqual({ name: '0001_first_shop' })
})

test('while the host has a transaction open on its handle, the storage waits, and then gives up', async () => {
  const database = new Database(':memory:')
  const storage = await shop({ database, busyDeadlineMs: 30 })
  database.exec('BEGIN')
  await expect(storage.transaction(now, async () => undefined)).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
  expect(database.inTransaction).toBe(true)
  database.exec('COMMIT')
  expect(await storage.transaction(now, async () => 'done')).toBe('done')
})

test.each([
  ['FULL', 2],
  ['NORMAL', 1],
  ['OFF', 0],
] as const)('synchronous %s is what SQLite is set to', async (synchronous, level) => {
  const storage = await shop({ file: scratchFile(), synchronous })
  const finding = (await storage.diagnose()).find(({ check }) => check === 'synchronous')
  expect(finding).toMatchObject({ status: level === 2 ? 'ok' : 'warning', message: expect.stringContaining(synchronous) })
})

const statuses = (findings: readonly Diagnosis[]) => Object.fromEntries(findings.map(({ check, status }) => [check, status]))

test('doctor finds nothing wrong with a new shop', async () => {
  const findings = await (await shop({ file: scratchFile() })).diagnose()
  const all = { 'journal mode': 'ok', 'log size': 'ok', 'disk space': 'ok', synchronous: 'ok', 'foreign keys': 'ok', integrity: 'ok', schema: 'ok' }
  expect(statuses(findings)).toEqual(all)
  expect(findings.map(({ remedy }) => remedy)).toEqual(findings.map(() => null))
})

test('doctor names pending migrations, broken references and a damaged index', async () => {
  const file = scratchFile()
  const empty = sqliteStorage({ file })
  expect(await empty.diagnose()).toContainEqual(
    expect.objectContaining({ check: 'schema', status: 'warning', message: expect.stringContaining('0001_first_shop') }),
  )
  await empty.migrations.up()
  await empty.close()
  const database = new Database(file)
  database.pragma('foreign_keys = OFF')
  database.exec("INSERT INTO prices VALUES ('nobody', 'USD', 100, NULL)")
  database.unsafeMode(true)
  database.pragma('writable_schema = ON')
  database.exec("UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'carts') WHERE name = 'carts_due'")
  database.close()
  const findings = await sqliteStorage({ file }).diagnose()
  expect(statuses(findings)).toMatchObject({ 'foreign keys': 'error', integrity: 'error' })
})

test('the outbox remembers where its kept events begin, even when none are left', async () => {
  const storage = await shop()
  const at = new Date('2026-01-01T00:00:00Z')
  const before = new Date('2026-01-02T00:00:00Z')
  const { beginning, end } = await storage.transaction(now, async ({ outbox }) => {
    const start = await outbox.head()
    await outbox.append(events(3, at))
    return { beginning: start, end: await outbox.head() }
  })
  expect(await storage.transaction(now, ({ outbox }) => outbox.prune({ before, limit: 2 }))).toBe(2)
  const middle = await storage.snapshot(now, ({ outbox }) => outbox.tail())
  await storage.snapshot(now, async ({ outbox }) => {
    expect(await outbox.read({ after: beginning, limit: 10 })).toMatchObject({ pruned: true, events: [{ id: 'event-2' }] })
    expect(await outbox.read({ after: middle, limit: 10 })).toMatchObject({ pruned: false, events: [{ id: 'event-2' }] })
  })
  expect(await storage.transaction(now, ({ outbox }) => outbox.prune({ before, limit: 2 }))).toBe(1)
  await storage.snapshot(now, async ({ outbox }) => {
    expect([await outbox.tail(), await outbox.head()]).toEqual([end, end])
    expect(await outbox.read({ after: middle, limit: 10 })).toMatchObject({ pruned: true, events: [] })
    expect(await outbox.read({ after: end, limit: 10 })).toMatchObject({ pruned: false, events: [] })
  })
})

test('pruning stops at the first event to be kept, so that no gap is left before it', async () => {
  const storage = await shop()
  const [old, young] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-03-01T00:00:00Z')]
  const [one, two, three] = events(3, old) as [DomainEvent, DomainEvent, DomainEvent]
  await storage.transaction(now, ({ outbox }) => outbox.append([one, { ...two, occurredAt: young }, three] as DomainEvent[]))
  expect(await storage.transaction(now, ({ outbox }) => outbox.prune({ before: new Date('2026-02-01T00:00:00Z'), limit: 10 }))).toBe(1)
})

test.each(['', 'x', '1', '1.', '-1.2', '1.2.3', '1e3.4'])('the cursor %j is refused', async (after) => {
  const storage = await shop()
  await expect(storage.snapshot(now, ({ outbox }) => outbox.read({ after, limit: 1 }))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})

test('a key that has expired counts as forgotten before any sweep, unless an abandoned run left a result in it', async () => {
  const storage = await shop()
  const at = new Date('2026-01-01T00:00:00Z')
  const later = { source: 'value', at: new Date('2026-02-01T00:00:00Z') } as const
  const times = { lockedUntil: new Date('2026-01-01T00:01:00Z'), expiresAt: new Date('2026-01-08T00:00:00Z') }
  const key = (name: string) => ({ scope: 'admin:1', operation: 'test', key: name })
  await storage.transaction({ source: 'value', at }, async ({ idempotency }) => {
    for (const name of ['finished', 'prepared']) await idempotency.claim({ ...key(name), fingerprint: 'old', ...times })
    await idempotency.finish({ ...key('finished'), fence: 1, result: 'answer' })
    await idempotency.progress({ ...key('prepared'), fence: 1, step: 'prepared', result: { orderId: 'o' } })
  })
  const renewed = { lockedUntil: new Date('2026-02-01T00:01:00Z'), expiresAt: new Date('2026-02-08T00:00:00Z') }
  await storage.transaction(later, async ({ idempotency }) => {
    expect(await idempotency.claim({ ...key('finished'), fingerprint: 'new', ...renewed })).toEqual({ outcome: 'claimed', fence: 2, takenOver: null })
    expect(await idempotency.find(key('finished'))).toMatchObject({ state: 'in_progress', fingerprint: 'new', result: null })
    expect(await idempotency.claim({ ...key('prepared'), fingerprint: 'new', ...renewed })).toEqual({ outcome: 'reused' })
    expect(await idempotency.claim({ ...key('prepared'), fingerprint: 'old', ...renewed })).toMatchObject({
      takenOver: { step: 'prepared', result: { orderId: 'o' } },
    })
  })
})

describe('a database in memory after the first', () => {
  it('has every step, as the first has, and nothing that the first was given', async () => {
    const first = await shop()
    const steps = (await first.migrations.status()).map(({ name }) => name)
    await first.transaction(now, (tx) => tx.outbox.append(events(1, new Date())))
    const second = sqliteStorage({ file: ':memory:' })
    onTestFinished(() => second.close())
    expect(await second.migrations.up()).toEqual(steps)
    expect(await second.migrations.up()).toEqual([])
    expect((await second.migrations.status()).every(({ appliedAt }) => appliedAt !== null)).toBe(true)
    const ends = (storage: Storage) => storage.snapshot(now, async ({ outbox }) => [await outbox.tail(), await outbox.head()])
    const [tail, head] = await ends(second)
    expect(tail).toEqual(head)
    expect(await ends(first)).not.toEqual([tail, head])
  })

  it('runs the steps itself when it was looked at before', async () => {
    await shop()
    const storage = sqliteStorage({ file: ':memory:' })
    onTestFinished(() => storage.close())
    const steps = await storage.migrations.status()
    expect(steps.every(({ appliedAt }) => appliedAt === null)).toBe(true)
    expect(await storage.migrations.up()).toEqual(steps.map(({ name }) => name))
  })

  it('is none once it has been closed', async () => {
    await shop()
    const storage = sqliteStorage({ file: ':memory:' })
    await storage.close()
    await expect(storage.migrations.up()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})
