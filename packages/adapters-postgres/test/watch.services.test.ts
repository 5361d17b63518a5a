import type { Storage } from '@cartwright/core/ports'
import { Pool } from 'pg'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type PostgresStorageOptions, postgresStorage } from '../src/postgres-storage.ts'
import { openedStorage } from './opened-storage.ts'
import { migratedDatabase, onServer, type ScratchDatabase } from './scratch-database.ts'

const now = { source: 'database' } as const
let database: ScratchDatabase
let events = 0

beforeEach(async () => {
  database = await migratedDatabase()
  return () => database.drop()
})

const open = (options: Partial<PostgresStorageOptions> = {}): Storage => openedStorage(database.url, options)

/** Counts calls, and resolves when there have been so many. */
function counter() {
  let calls = 0
  let wanted = 0
  let reached: () => void = () => undefined
  const onChange = () => {
    calls += 1
    if (calls >= wanted) reached()
  }
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      wanted = count
      reached = resolve
      if (calls >= count) resolve()
    })
  return { onChange, until, calls: () => calls }
}

const append = (storage: Storage, fail = false) =>
  storage.transaction(now, async (tx) => {
    events += 1
    const id = `00000000-0000-7000-8000-${String(events).padStart(12, '0')}`
    const about = { aggregateType: 'product', aggregateId: id, aggregateVersion: 1 } as const
    await tx.outbox.append([{ id: id as never, topic: 'product.changed', ...about, payload: { handle: 'mug', change: 'price' }, occurredAt: tx.now }])
    if (fail) throw new Error('rolled back')
  })

test.each(['an address', 'a pool of the host'])('whoever watches, on %s, hears of the events of another process, also through pgbouncer', async (where) => {
  const pool = new Pool({ connectionString: database.url })
  onTestFinished(() => pool.end())
  const heard = counter()
  const watch = open(where === 'an address' ? {} : ({ url: undefined, pool } as Partial<PostgresStorageOptions>)).watch?.(heard.onChange)
  await heard.until(1)
  await append(open())
  await heard.until(2)
  await append(open({ url: database.pooledUrl, pgbouncer: true }))
  await heard.until(3)
  await watch?.close()
})

test('what is read, rolled back, or without events, wakes nobody, and what is committed together wakes once', async () => {
  const storage = open()
  const heard = counter()
  open().watch?.(heard.onChange)
  await heard.until(1)
  await expect(append(storage, true)).rejects.toThrow('rolled back')
  await storage.snapshot(now, (snapshot) => snapshot.outbox.head())
  await storage.transaction(now, (tx) => tx.outbox.prune({ before: new Date(0), limit: 1 }))
  await storage.together?.(async (joined) => {
    await append(joined)
    await append(joined)
  })
  await heard.until(2)
  await onServer(database.url, 'SELECT pg_sleep(0.1)')
  expect(heard.calls()).toBe(2)
})

test('a connection that breaks is replaced, and what came meanwhile counts as heard', async () => {
  const heard = counter()
  open().watch?.(heard.onChange)
  await heard.until(1)
  await onServer(database.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
  await heard.until(2)
  await append(open())
  await heard.until(3)
})

test('behind pgbouncer nothing is heard, and closing ends every watch', async () => {
  const heard = counter()
  const pooled = postgresStorage({ url: database.pooledUrl, pgbouncer: true })
  pooled.watch?.(heard.onChange)
  await append(pooled)
  await pooled.close()
  expect(heard.calls()).toBe(0)
  const storage = postgresStorage({ url: database.url })
  storage.watch?.(heard.onChange)
  await heard.until(1)
  await storage.close()
  const listening = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
  expect(await onServer(database.url, listening)).toEqual([])
})
