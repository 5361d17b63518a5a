import type { OutboxStore, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Hands a consumer to every relay that asks, lease or no lease: two of them deliver the same events at once. */
export function twoRelaysAtOnce(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const claimConsumer: OutboxStore['claimConsumer'] = (params) => tx.outbox.claimConsumer({ ...params, leaseUntil: tx.now })
    return overlay(tx, { outbox: overlay(tx.outbox, { claimConsumer }) })
  })
}
