import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { storageSuite } from '@cartwright/testing/conformance'

storageSuite({
  name: 'SQLite in memory',
  lacks: {
    readsDuringWrites: 'one connection: a snapshot waits for the transaction',
    secondHandle: 'the database ends with its handle',
    impatience: 'nobody else can hold a lock on it',
  },
  open: async () => {
    const storage = sqliteStorage({ file: ':memory:' })
    await storage.migrations.up()
    return { storage, dispose: () => storage.close() }
  },
})
