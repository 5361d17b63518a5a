import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { disputeBehaviour } from './dispute-behaviour.ts'
import { duePaymentBehaviour } from './due-payment-behaviour.ts'
import { paymentBehaviour } from './payment-behaviour.ts'
import { refundBehaviour } from './refund-behaviour.ts'

/**
 * Registers tests of the `PaymentStore` contract: saves by version with their history, one refund under one key and none beyond what was captured, one record of a dispute, payments and refunds that are due handed to
 * one worker at a time.
 *
 * @example
 * paymentSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function paymentSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: payments`, () => {
    paymentBehaviour(options)
    duePaymentBehaviour(options)
    refundBehaviour(options)
    disputeBehaviour(options)
  })
}
