import { expect, test } from 'vitest'
import { postgresStorage } from './postgres-storage.ts'

test('a storage is closed once, however often it is told to', async () => {
  const storage = postgresStorage({ url: 'postgres://nobody@127.0.0.1:1/none' })
  await Promise.all([storage.close(), storage.close()])
  await storage.close()
  await expect(storage.diagnose()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
})
