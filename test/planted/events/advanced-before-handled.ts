import type { OutboxStore, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Moves a consumer past everything it was given, whether or not its handler ran: what the handler failed at is never delivered again. At most once. */
export function advancedBeforeHandled(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const advanceConsumer: OutboxStore['advanceConsumer'] = async (params) => tx.outbox.advanceConsumer({ ...params, cursor: await tx.outbox.head() })
    return overlay(tx, { outbox: overlay(tx.outbox, { advanceConsumer }) })
  })
}
