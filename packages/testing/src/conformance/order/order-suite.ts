import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { fulfilmentBehaviour } from './fulfilment-behaviour.ts'
import { orderBehaviour } from './order-behaviour.ts'
import { orderListBehaviour } from './order-list-behaviour.ts'
import { orderRefundBehaviour } from './order-refund-behaviour.ts'

/**
 * Registers tests of the `OrderStore` contract: one live order per cart, owners, saves by version with their history, keyset lists, due orders, fulfilments,
 * refunds.
 *
 * @example
 * orderSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function orderSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: orders`, () => {
    orderBehaviour(options)
    orderListBehaviour(options)
    fulfilmentBehaviour(options)
    orderRefundBehaviour(options)
  })
}
