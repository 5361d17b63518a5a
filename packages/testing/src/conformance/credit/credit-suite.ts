import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { accountBehaviour } from './account-behaviour.ts'
import { orderCreditBehaviour } from './order-credit-behaviour.ts'

/**
 * Registers tests of the `CreditStore` contract: balances that are their ledger and never negative, and credit that an order takes and gives back once, whoever
 * meets.
 *
 * @example
 * creditSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function creditSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: credit`, () => {
    accountBehaviour(options)
    orderCreditBehaviour(options)
  })
}
