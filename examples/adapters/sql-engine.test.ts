import { sqliteDialect } from '@cartwright/adapters-sqlite'
import { expect, test } from 'vitest'
import { engineStorage } from './sql-engine.ts'

test('a storage closes the connections it was given', async () => {
  let closed = 0
  const unused = () => Promise.reject(new Error('not needed'))
  const storage = engineStorage(sqliteDialect, {
    write: unused,
    migrate: unused,
    read: unused,
    close: async () => {
      closed += 1
    },
  })
  expect(storage.name).toBe('sqlite')
  await storage.close()
  expect(closed).toBe(1)
})
