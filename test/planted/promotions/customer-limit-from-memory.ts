import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Holds a customer to their limit by what this process has seen of them: the first use in another process is news to it. */
export function customerLimitFromMemory(storage: Storage): Storage {
  const seen = new Map<string, number>()
  return withFault(storage, (tx) => {
    const promotions = overlay(tx.promotions, {
      redeem: async (params) => {
        for (const { promotionId, perCustomer } of params.uses) {
          const key = `${promotionId} ${params.customerKey}`
          const used = seen.get(key) ?? 0
          if (perCustomer !== null && used >= perCustomer) return { outcome: 'refused', promotionId, reason: 'used_up_by_customer' }
          seen.set(key, used + 1)
        }
        return tx.promotions.redeem({ ...params, uses: params.uses.map((use) => ({ ...use, perCustomer: null })) })
      },
    })
    return overlay(tx, { promotions })
  })
}
