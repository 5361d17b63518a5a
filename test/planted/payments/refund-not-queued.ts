import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Cancels paid orders and keeps their money: the refund is left to somebody who never hears of it. */
export function refundNotQueued(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { payments: overlay(tx.payments, { queueRefund: async () => 'queued' as const }) }))
}
