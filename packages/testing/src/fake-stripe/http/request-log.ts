import type { RequestFault } from '../faults/fake-stripe-faults.ts'
import type { FormParameters } from './form-encoding.ts'

/** One request as it came and what became of it. */
export interface LoggedRequest {
  readonly requestId: string
  readonly method: string
  readonly path: string
  /** Method and path as in Stripe's description; null for one that the fake does not have. */
  readonly route: string | null
  readonly params: FormParameters
  readonly idempotencyKey: string | null
  /** The header `Stripe-Account`. */
  readonly account: string | null
  /** The header `Stripe-Version`. */
  readonly apiVersion: string | null
  /** What Stripe's description says against the request, or the answer. Empty without a description. */
  readonly issues: string[]
  fault: RequestFault | null
  /** Null while it is under way, and for one that is never answered. */
  status: number | null
  /** Whether the answer was the stored one of an earlier request. */
  replayed: boolean
}
