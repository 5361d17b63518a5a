import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { storageSuite } from '@cartwright/testing/conformance'

storageSuite({
  name: 'SQLite in memory',
  readsDuringWrites: false, // one connection: a snapshot waits for the transaction
  open: async () => {
    const storage = sqliteStorage({ file: ':memory:' })
    await storage.migrations.up()
    return { storage, dispose: () => storage.close() }
  },
})
