import { sessionOperations } from '../checkout/session-operations.ts'
import { customerOperations } from '../customers/customer-operations.ts'
import { methodOperations } from '../customers/method-operations.ts'
import { customerSearch } from '../customers/search-customers.ts'
import { setupOperations } from '../customers/setup-operations.ts'
import { eventOperations } from '../events/event-operations.ts'
import { chargeOperations } from '../payments/charge-operations.ts'
import { intentOperations } from '../payments/intent-operations.ts'
import { refundOperations } from '../payments/refund-operations.ts'
import type { Operation } from './operation.ts'

/** Everything of Stripe's API that the fake has. @param searchLagMs - how long the search index takes to notice a change. */
export function allOperations(searchLagMs: number): readonly Operation[] {
  return [
    ...intentOperations(searchLagMs),
    ...refundOperations,
    ...chargeOperations,
    ...customerOperations,
    customerSearch(searchLagMs),
    ...methodOperations,
    ...setupOperations,
    ...sessionOperations,
    ...eventOperations,
  ]
}
