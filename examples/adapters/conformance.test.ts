// #region open
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import * as suites from '@cartwright/testing/conformance'

const storage: Omit<suites.StorageSuiteOptions, 'open'> = {
  name: 'SQLite in memory',
  lacks: {
    readsDuringWrites: 'one connection: a snapshot waits for the transaction',
    secondHandle: 'the database ends with its handle',
    impatience: 'nobody else can hold a lock on it',
    within: 'the host has no connection to it',
    watch: 'SQLite tells nobody of a commit',
  },
}

async function opened(migrate: boolean): Promise<suites.OpenedStorage> {
  const memory = sqliteStorage({ file: ':memory:' })
  if (migrate) await memory.migrations.up()
  return { storage: memory, dispose: () => memory.close() }
}
// #endregion open

// #region storage
suites.storageSuite({ ...storage, open: () => opened(true) })
// #endregion storage

// #region migration
suites.migrationSuite({ ...storage, open: () => opened(false) })
// #endregion migration

// #region quote
suites.quoteSuite({ ...storage, open: () => opened(true) })
// #endregion quote
