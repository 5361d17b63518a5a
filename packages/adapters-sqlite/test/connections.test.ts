import { systemTimers } from '@cartwright/core'
import type { SqlConnection } from '@cartwright/storage-sql'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { SqliteConnections } from '../src/sqlite-connections.ts'
import type { SqliteDatabase } from '../src/sqlite-database.ts'
import { fileSource, hostSource, type SqliteSource } from '../src/sqlite-source.ts'
import { scratchConnections, scratchFile } from './scratch.ts'

const createNotes = (connection: SqlConnection) => Promise.resolve(connection.execute('CREATE TABLE notes (text TEXT)', []))
const addNote = async (connection: SqlConnection, text: string) => await connection.execute('INSERT INTO notes VALUES (?)', [text])
const notes = (connections: SqliteConnections) =>
  connections.read(async (connection) => (await connection.execute('SELECT text FROM notes ORDER BY rowid', [])).rows as { text: string }[])

test('transactions run one after the other, in the order in which they were asked for', async () => {
  const connections = scratchConnections(scratchFile())
  await connections.write(createNotes)
  const started: number[] = []
  let running = 0
  const write = (index: number) =>
    connections.write(async (connection) => {
      running += 1
      expect(running).toBe(1)
      started.push(index)
      await addNote(connection, 'begun')
      await new Promise((resolve) => setImmediate(resolve))
      await addNote(connection, 'ended')
      running -= 1
    })
  const order = Array.from({ length: 50 }, (_, index) => index)
  await Promise.all(order.map(write))
  expect(started).toEqual(order)
})

test('a throwing transaction is rolled back, passes its error on unchanged, and lets the next one in', async () => {
  const connections = scratchConnections(scratchFile())
  await connections.write(createNotes)
  const mistake = new Error('mistake')
  const failing = connections.write(async (connection) => {
    await addNote(connection, 'lost')
    throw mistake
  })
  const following = connections.write((connection) => addNote(connection, 'kept'))
  await expect(failing).rejects.toBe(mistake)
  await following
  expect(await notes(connections)).toEqual([{ text: 'kept' }])
})

test('a long chain of transactions and snapshots lets the event loop turn', async () => {
  const connections = scratchConnections(scratchFile())
  await connections.write(createNotes)
  for (const run of [() => connections.write((connection) => addNote(connection, 'more')), () => notes(connections)]) {
    let turned = false
    setTimeout(() => {
      turned = true
    }, 0)
    let rounds = 0
    while (!turned && rounds < 1_000_000) {
      await run()
      rounds += 1
    }
    expect(turned).toBe(true)
  }
})

test('a snapshot sees one state although others commit meanwhile', async () => {
  const connections = scratchConnections(scratchFile())
  await connections.write(createNotes)
  await connections.read(async (connection) => {
    await connections.write((writer) => addNote(writer, 'later'))
    expect((await connection.execute('SELECT text FROM notes', [])).rows).toEqual([])
  })
  expect(await notes(connections)).toEqual([{ text: 'later' }])
})

test('no more snapshots are open at once than there are readers; the others wait their turn', async () => {
  const connections = scratchConnections(scratchFile(), { readers: 2 })
  let open = 0
  let most = 0
  const read = () =>
    connections.read(async () => {
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
    })
  await Promise.all(Array.from({ length: 10 }, read))
  expect(most).toBe(2)
})

test('a snapshot cannot write', async () => {
  const connections = scratchConnections(scratchFile())
  await connections.write(createNotes)
  await expect(connections.read((connection) => addNote(connection, 'smuggled'))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  const memory = new SqliteConnections({ source: hostSource(new Database(':memory:')), readers: 1, busyDeadlineMs: 10, timers: systemTimers })
  await memory.write(createNotes)
  await memory.read((connection) => addNote(connection, 'smuggled'))
  expect(await notes(memory)).toEqual([])
})

test('after SQLite has given a transaction up by itself, nothing of it is written, not even by its later statements', async () => {
  const database = new Database(':memory:')
  const connections = new SqliteConnections({ source: hostSource(database), readers: 1, busyDeadlineMs: 10, timers: systemTimers })
  await connections.write(createNotes)
  database.exec("CREATE TRIGGER give_up BEFORE INSERT ON notes WHEN NEW.text = 'poison' BEGIN SELECT RAISE(ROLLBACK, 'gave up'); END")
  const carriesOn = connections.write(async (connection) => {
    await addNote(connection, 'first')
    await addNote(connection, 'poison').catch(() => undefined)
    await addNote(connection, 'afterwards')
  })
  await expect(carriesOn).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  const ends = connections.write(async (connection) => {
    await addNote(connection, 'poison').catch(() => undefined)
  })
  await expect(ends).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(await notes(connections)).toEqual([])
})

/** A handle whose statements of this SQL fail with this code, as a failing disk would have them; it does what it is told again when `mended`. */
function failingHandle(database: SqliteDatabase, sql: string, code: string, state: { mended: boolean }): SqliteDatabase {
  return new Proxy(database, {
    get(target, member) {
      const value = Reflect.get(target, member, target)
      if (member !== 'prepare') return typeof value === 'function' ? value.bind(target) : value
      return (text: string) => {
        const statement = target.prepare(text)
        if (text !== sql) return statement
        const run = () => {
          if (state.mended) return statement.run()
          throw Object.assign(new Error('disk I/O error'), { code })
        }
        return { reader: false, run }
      }
    },
  })
}

test('a disk that fails at COMMIT leaves the outcome unknown; one that is full does not', async () => {
  for (const [code, expected] of [
    ['SQLITE_IOERR_FSYNC', 'OUTCOME_UNKNOWN'],
    ['SQLITE_FULL', 'STORAGE_UNAVAILABLE'],
  ] as const) {
    const handle = failingHandle(new Database(':memory:'), 'COMMIT', code, { mended: false })
    const connections = new SqliteConnections({ source: hostSource(handle), readers: 1, busyDeadlineMs: 10, timers: systemTimers })
    await expect(connections.write(createNotes)).rejects.toMatchObject({ code: expected })
    expect(handle.inTransaction).toBe(false)
  }
})

test('a COMMIT that meets a lock is tried again, without running the work again', async () => {
  const state = { mended: false }
  const handle = failingHandle(new Database(':memory:'), 'COMMIT', 'SQLITE_BUSY', state)
  const connections = new SqliteConnections({ source: hostSource(handle), readers: 1, busyDeadlineMs: 10_000, timers: systemTimers })
  let runs = 0
  const write = connections.write(async (connection) => {
    runs += 1
    setTimeout(() => {
      state.mended = true
    }, 5)
    return await createNotes(connection)
  })
  await write
  expect(runs).toBe(1)
  expect(await notes(connections)).toEqual([])
})

test('a writer that cannot roll back is replaced, and its transaction is gone', async () => {
  const file = scratchFile()
  const plain = fileSource({ file, synchronous: 'OFF', busyDeadlineMs: 1000, timers: systemTimers })
  let opened = 0
  const source: SqliteSource = {
    ...plain,
    openWriter: async () => {
      opened += 1
      const connection = await plain.openWriter()
      if (opened > 1) return connection
      const handle = failingHandle(connection.database, 'ROLLBACK', 'SQLITE_IOERR', { mended: false })
      return await hostSource(handle).openWriter()
    },
  }
  const connections = new SqliteConnections({ source, readers: 1, busyDeadlineMs: 1000, timers: systemTimers })
  await connections.write(createNotes)
  const failing = connections.write(async (connection) => {
    await addNote(connection, 'lost')
    throw new Error('mistake')
  })
  await expect(failing).rejects.toThrow('mistake')
  await connections.write((connection) => addNote(connection, 'kept'))
  expect(await notes(connections)).toEqual([{ text: 'kept' }])
  expect(opened).toBe(2)
  await connections.close()
})

test('closing lets running transactions end and refuses later ones', async () => {
  const file = scratchFile()
  const connections = scratchConnections(file)
  await connections.write(createNotes)
  const running = connections.write((connection) => addNote(connection, 'in time'))
  const closing = connections.close()
  await expect(connections.write((connection) => addNote(connection, 'late'))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  await expect(notes(connections)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  await Promise.all([running, closing])
  expect(await notes(scratchConnections(file))).toEqual([{ text: 'in time' }])
})
