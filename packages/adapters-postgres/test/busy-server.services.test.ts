import { randomBytes } from 'node:crypto'
import type { Storage } from '@cartwright/core/ports'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openedStorage } from './opened-storage.ts'
import { migratedDatabase, onServer, type ScratchDatabase } from './scratch-database.ts'
import { slowDoor } from './slow-door.ts'

const now = { source: 'database' } as const
let database: ScratchDatabase

beforeEach(async () => {
  database = await migratedDatabase()
  return () => database.drop()
})

async function busyServer(admitMs: number) {
  const door = await slowDoor(database.url, admitMs)
  onTestFinished(() => door.close())
  return door
}

test('a crowd that comes at once to a server which is slow to let connections in is served, though not all of them could be made in time', async () => {
  const door = await busyServer(100)
  const storage = openedStorage(door.url, { timeouts: { connectMs: 1_500, poolMs: 60_000 } })
  const crowd = Array.from({ length: 40 }, (_, index) =>
    index % 2 === 0
      ? storage.transaction(now, (tx) => tx.stock.listLocations())
      : storage.snapshot(now, (snapshot) => snapshot.stock.listLocations(), { fresh: true }),
  )
  expect(await Promise.allSettled(crowd)).toEqual(crowd.map(() => ({ status: 'fulfilled', value: [] })))
  expect(door.come()).toBeLessThanOrEqual(20)
})

test('when none can be made, everybody is told once one has been tried twice', async () => {
  const door = await busyServer(60_000)
  const storage = openedStorage(door.url, { timeouts: { connectMs: 200 } })
  const crowd = Array.from({ length: 10 }, () => storage.transaction(now, (tx) => tx.stock.listLocations()).catch((error: unknown) => error))
  for (const error of await Promise.all(crowd)) expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true })
  expect(door.come()).toBe(8)
})

test('a crowd is served by the few connections that the server has for it, and without any is told so', async () => {
  const role = `few_${randomBytes(8).toString('hex')}`
  await onServer(database.url, `CREATE ROLE ${role} LOGIN CONNECTION LIMIT 2`, `GRANT pg_read_all_data TO ${role}`)
  onTestFinished(async () => void (await onServer(database.url, `DROP ROLE ${role}`)))
  const url = new URL(database.url)
  url.username = role
  const read = (storage: Storage) => storage.snapshot(now, (snapshot) => snapshot.stock.listLocations(), { fresh: true })
  const storage = openedStorage(url.href, { timeouts: { poolMs: 60_000 } })
  const crowd = Array.from({ length: 30 }, () => read(storage))
  expect(await Promise.allSettled(crowd)).toEqual(crowd.map(() => ({ status: 'fulfilled', value: [] })))
  await expect(read(openedStorage(url.href))).rejects.toMatchObject({ code: 'STORAGE_BUSY', message: expect.stringContaining('too many connections for role') })
})
