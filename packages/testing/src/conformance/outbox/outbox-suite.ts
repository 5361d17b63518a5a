import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { consumerBehaviour } from './consumer-behaviour.ts'
import { readBehaviour } from './read-behaviour.ts'

/**
 * Registers tests of the `OutboxStore` contract: events in commit order, none skipped, consumers with leases and fences, pruning behind the slowest.
 *
 * @example
 * outboxSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function outboxSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: outbox`, () => {
    readBehaviour(options)
    consumerBehaviour(options)
  })
}
