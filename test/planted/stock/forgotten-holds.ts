import type { Storage } from '@cartwright/core/ports'
import { decidedBy, withClaims, withFault } from '../overlay.ts'

/** Compares with what lies in the building and forgets what is promised to others, as shops do that lower their stock only when they ship. */
export function forgottenHolds(storage: Storage): Storage {
  return withFault(storage, (tx) =>
    withClaims(tx, async (params) => {
      const levels = await tx.stock.levels({ skus: params.claims.map(({ sku }) => sku) })
      return decidedBy(
        levels.reduce((sum, { onHand }) => sum + onHand, 0),
        params,
      )
    }),
  )
}
