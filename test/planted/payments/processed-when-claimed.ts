import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Ticks an event off when it takes it up, and not with what it leads to: what a dying worker had in hand, nobody takes up again. */
export function processedWhenClaimed(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const claimDue: typeof tx.inbox.claimDue = async (params) => {
      const events = await tx.inbox.claimDue(params)
      for (const { provider, eventId, fence } of events) {
        await tx.inbox.finish({ provider, eventId, fence, end: { state: 'processed', outcome: 'nothing_new', domainEventId: null } })
      }
      return events
    }
    return overlay(tx, { inbox: overlay(tx.inbox, { claimDue, finish: async () => 'finished' as const }) })
  })
}
