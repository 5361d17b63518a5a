import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { Storage } from '@cartwright/core/ports'

let open = async (): Promise<Storage> => sqliteStorage({ file: ':memory:' })

/** A storage of the test's own: in memory, unless the run keeps its shops elsewhere. */
export function testStorage(): Promise<Storage> {
  return open()
}

/** For the setup of a test run that plays the same tests on another database; whoever opens storages there also closes them. */
export function keepTestShopsIn(another: () => Promise<Storage>): void {
  open = another
}
