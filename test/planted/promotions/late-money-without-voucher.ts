import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Revives an order whose money came late without counting again what it had given back. */
export function lateMoneyWithoutVoucher(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { promotions: overlay(tx.promotions, { reclaim: async () => true }) }))
}
