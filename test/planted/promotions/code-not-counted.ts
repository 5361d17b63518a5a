import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Counts the uses of a promotion and forgets those of its codes: what was good once is good for everybody who had it in a quote. */
export function codeNotCounted(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const promotions = overlay(tx.promotions, {
      redeem: (params) => tx.promotions.redeem({ ...params, uses: params.uses.map((use) => ({ ...use, codeKey: null })) }),
    })
    return overlay(tx, { promotions })
  })
}
