import type { Storage } from '@cartwright/core/ports'
import { withClaims, withFault } from '../overlay.ts'

/** Counts units that may be ordered again as units that are there: every SKU sells on, whether its policy allows backorders or not. */
export function phantomBackorders(storage: Storage): Storage {
  return withFault(storage, (tx) => withClaims(tx, (params) => ({ ...params, claims: params.claims.map((claim) => ({ ...claim, backorder: true })) })))
}
