import type { Storage } from '@cartwright/core/ports'
import { onTestFinished } from 'vitest'
import { type PostgresStorageOptions, postgresStorage } from '../src/postgres-storage.ts'

/** A storage on this database that is closed when the test ends. @param options - on top of the address, or in its place. */
export function openedStorage(url: string, options: Partial<PostgresStorageOptions> = {}): Storage {
  const storage = postgresStorage({ url, ...options } as PostgresStorageOptions)
  onTestFinished(() => storage.close())
  return storage
}
