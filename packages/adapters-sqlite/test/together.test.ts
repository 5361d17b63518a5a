import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteStorage } from '../src/sqlite-storage.ts'
import { scratchFile } from './scratch.ts'

test('other processes see nothing of transactions together before their end', async () => {
  const file = scratchFile()
  const storage = sqliteStorage({ file })
  onTestFinished(() => storage.close())
  await storage.migrations.up()
  const other = new Database(file, { readonly: true })
  onTestFinished(() => {
    other.close()
  })
  const seen = () => (other.prepare('SELECT count(*) AS locations FROM locations').get() as { locations: number }).locations
  await storage.together?.(async (joined) => {
    const location = { id: '00000000-0000-7000-8000-000000000001' as never, code: 'north', name: 'North', priority: 0, active: true }
    await joined.transaction({ source: 'database' }, (tx) => tx.stock.ensureLocation(location))
    expect(seen()).toBe(0)
  })
  expect(seen()).toBe(1)
})
