import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { fulfilmentBehaviour } from './fulfilment-behaviour.ts'
import { orderBehaviour } from './order-behaviour.ts'
import { orderListBehaviour } from './order-list-behaviour.ts'
import { paymentBehaviour } from './payment-behaviour.ts'

/**
 * Registers tests of the `OrderStore` and `PaymentStore` contracts: one live order per cart, owners, saves by version with their history, keyset lists, due orders,
 * fulfilments, payments and refunds handed to one worker at a time.
 *
 * @example
 * orderSuite({ name: 'my storage', open: async () => ({ storage, dispose: () => storage.close() }) })
 */
export function orderSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: orders`, () => {
    orderBehaviour(options)
    orderListBehaviour(options)
    fulfilmentBehaviour(options)
    paymentBehaviour(options)
  })
}
