import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { claimBehaviour } from './claim-behaviour.ts'
import { takeoverBehaviour } from './takeover-behaviour.ts'

/**
 * Registers tests of the `IdempotencyStore` contract: one claim wins, the same key gets the same answer, other parameters are told apart, an
 * abandoned run can be taken over and its old holder is fenced off.
 *
 * @example
 * idempotencySuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function idempotencySuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: idempotency keys`, () => {
    claimBehaviour(options)
    takeoverBehaviour(options)
  })
}
