import type { Commerce } from '@cartwright/core'
import { isCommerceError } from '@cartwright/core'
import { overlay } from '../overlay.ts'

/** Charges whatever the cart costs now, whatever total the buyer saw and agreed to. */
export function totalNotCompared(commerce: Commerce): Commerce {
  const checkout = overlay(commerce.checkout, {
    place: async (params) => {
      try {
        return await commerce.checkout.place(params)
      } catch (error) {
        if (!isCommerceError(error, 'TOTAL_CHANGED')) throw error
        return commerce.checkout.place({ ...params, expectedTotal: error.details.total, idempotencyKey: `${params.idempotencyKey}, again` })
      }
    },
  })
  return overlay(commerce, { checkout })
}
