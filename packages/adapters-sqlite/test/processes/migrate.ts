import { sqliteStorage } from '../../src/sqlite-storage.ts'

/** Migrates a file and says what it applied. */
const [file = ''] = process.argv.slice(2)
process.send?.({ type: 'ready' })
process.once('message', async () => {
  const storage = sqliteStorage({ file })
  try {
    process.send?.({ type: 'done', applied: await storage.migrations.up() })
  } catch (error) {
    process.send?.({ type: 'done', error: String(error) })
  }
  await storage.close()
  process.disconnect()
})
