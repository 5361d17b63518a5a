import type { InboxEvent, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Takes in an event each time it is sent, as shops do that keep no list of what they have seen: another entry, and another round of work, for each. */
export function everyDelivery(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const record = async (event: InboxEvent): Promise<'recorded'> => {
      for (let copy = 1; (await tx.inbox.record(copy === 1 ? event : { ...event, eventId: `${event.eventId}#${copy}` })) === 'duplicate'; ) copy += 1
      return 'recorded'
    }
    return overlay(tx, { inbox: overlay(tx.inbox, { record }) })
  })
}
