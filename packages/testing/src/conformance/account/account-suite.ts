import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { accountSessionBehaviour } from './account-session-behaviour.ts'
import { tokenBehaviour } from './token-behaviour.ts'

/**
 * Registers tests of the `AccountStore` contract: passwords by customer and address of mail, tokens that are used once, sessions that end.
 *
 * @example
 * accountSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function accountSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: accounts`, () => {
    tokenBehaviour(options)
    accountSessionBehaviour(options)
  })
}
