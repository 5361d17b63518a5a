import type { Storage } from '@cartwright/core/ports'
import { overlay, withClaims, withFault } from '../overlay.ts'

/** Confirms an order whose money comes late although its units went to somebody else: the payment is a fact, so the stock must be. */
export function lateMoneyWithoutStock(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    let settling = false
    const orders = overlay(tx.orders, {
      lock: (params) => {
        settling = true
        return tx.orders.lock(params)
      },
    })
    const late = withClaims(tx, (params) => (settling ? { ...params, claims: params.claims.map((claim) => ({ ...claim, backorder: true })) } : params))
    return overlay(late, { orders })
  })
}
