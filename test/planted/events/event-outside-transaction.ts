import type { DomainEvent, Storage } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Writes events after the transaction that caused them, in one of its own: a crash in between loses them. The dual write that outboxes are made against. */
export function eventOutsideTransaction(storage: Storage): Storage {
  return overlay(storage, {
    transaction: async (now, work) => {
      let events: DomainEvent[] = []
      const result = await storage.transaction(now, (tx) => {
        events = []
        const append = async (more: readonly DomainEvent[]) => void events.push(...more)
        return work(overlay(tx, { outbox: overlay(tx.outbox, { append }) }))
      })
      if (events.length > 0) await storage.transaction(now, (tx) => tx.outbox.append(events))
      return result
    },
  })
}
