import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { attemptBehaviour } from './attempt-behaviour.ts'
import { listingBehaviour } from './listing-behaviour.ts'
import { recordBehaviour } from './record-behaviour.ts'

/**
 * Registers tests of the `InboxStore` contract: an event is kept once, handed to one worker at a time, and ended only by whoever took it last; and a
 * provider's list is read by one worker at a time.
 *
 * @example
 * inboxSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function inboxSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: inbox`, () => {
    recordBehaviour(options)
    attemptBehaviour(options)
    listingBehaviour(options)
  })
}
