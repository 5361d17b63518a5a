import type { OutboxStore, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Lets a relay whose lease has run out move the consumer all the same: a process that was only slow sets its successor's place back. */
export function leaseWithoutFence(storage: Storage): Storage {
  const newest = new Map<string, number>()
  return withFault(storage, (tx) => {
    const claimConsumer: OutboxStore['claimConsumer'] = async (params) => {
      const claim = await tx.outbox.claimConsumer(params)
      if (claim.outcome === 'claimed') newest.set(params.name, claim.fence)
      return claim
    }
    const advanceConsumer: OutboxStore['advanceConsumer'] = (params) => tx.outbox.advanceConsumer({ ...params, fence: newest.get(params.name) ?? params.fence })
    return overlay(tx, { outbox: overlay(tx.outbox, { claimConsumer, advanceConsumer }) })
  })
}
