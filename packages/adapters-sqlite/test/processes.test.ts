import { sqliteStorage } from '@cartwright/adapters-sqlite'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { said, scratchConnections, scratchFile, startProcess } from './scratch.ts'

function makeTable(file: string, ...statements: readonly string[]): void {
  const database = new Database(file)
  for (const statement of statements) database.exec(statement)
  database.close()
}

test('four processes that each add to one counter lose no addition and never see a busy database', async () => {
  const file = scratchFile()
  makeTable(file, 'CREATE TABLE counter (value INTEGER NOT NULL)', 'INSERT INTO counter VALUES (0)')
  const times = 150
  const children = await Promise.all(Array.from({ length: 4 }, () => startProcess('increment', file, String(times))))
  const done = children.map((child) => said(child, 'done'))
  for (const child of children) child.send('start')
  for (const { errors } of await Promise.all(done)) expect(errors).toEqual([])
  const database = new Database(file)
  expect(database.prepare('SELECT value FROM counter').get()).toEqual({ value: 4 * times })
  database.close()
})

test('four processes that migrate one fresh file at once apply each migration once', async () => {
  const file = scratchFile()
  const children = await Promise.all(Array.from({ length: 4 }, () => startProcess('migrate', file)))
  const done = children.map((child) => said(child, 'done'))
  for (const child of children) child.send('start')
  const results = await Promise.all(done)
  expect(results.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined])
  const applied = results.flatMap((result) => result.applied ?? [])
  const storage = sqliteStorage({ file })
  expect(applied.sort()).toEqual((await storage.migrations.status()).map(({ name }) => name))
  await storage.close()
})

test('timers go on while another process holds the lock, and the write follows when it lets go', async () => {
  const file = scratchFile()
  makeTable(file, 'PRAGMA journal_mode = WAL', 'CREATE TABLE notes (text TEXT)')
  const connections = scratchConnections(file)
  const holder = await startProcess('hold-lock', file)
  let ticks = 0
  let written = false
  const write = connections.write(async (connection) => {
    await connection.execute("INSERT INTO notes VALUES ('mine')", [])
    written = true
  })
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      ticks += 1
      if (ticks < 20) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  expect(written).toBe(false)
  holder.send('let go')
  await write
  expect(written).toBe(true)
})

test('a lock that is held past the deadline is STORAGE_BUSY, for those in the queue as well, and the next write works', async () => {
  const file = scratchFile()
  makeTable(file, 'PRAGMA journal_mode = WAL', 'CREATE TABLE notes (text TEXT)')
  const connections = scratchConnections(file, { busyDeadlineMs: 60 })
  const insert = () => connections.write(async (connection) => await connection.execute("INSERT INTO notes VALUES ('mine')", []))
  await connections.inspect(() => undefined)
  const holder = await startProcess('hold-lock', file)
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, insert))
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_BUSY' } })
  const released = new Promise((resolve) => holder.once('exit', resolve))
  holder.send('let go')
  await released
  expect(await insert()).toEqual({ rows: [], changes: 1 })
})

test('readers see the last committed state while another process writes', async () => {
  const file = scratchFile()
  makeTable(file, 'PRAGMA journal_mode = WAL', 'CREATE TABLE notes (text TEXT)', "INSERT INTO notes VALUES ('old')")
  const connections = scratchConnections(file)
  await startProcess('hold-lock', file)
  const { rows } = await connections.read(async (connection) => await connection.execute('SELECT text FROM notes', []))
  expect(rows).toEqual([{ text: 'old' }])
})

test('a process killed inside a transaction leaves what it had committed and nothing else', async () => {
  const file = scratchFile()
  makeTable(file, 'PRAGMA journal_mode = WAL', 'CREATE TABLE notes (text TEXT)')
  const child = await startProcess('die-in-transaction', file)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  const connections = scratchConnections(file)
  const { rows } = await connections.read(async (connection) => await connection.execute('SELECT text FROM notes', []))
  expect(rows).toEqual([{ text: 'committed' }])
  expect(await connections.inspect(({ database }) => database.pragma('integrity_check', { simple: true }))).toBe('ok')
})
