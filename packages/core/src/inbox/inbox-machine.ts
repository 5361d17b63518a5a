import { transitionTable } from '../transition-table.ts'

/**
 * `received` is to be worked on, now or later. `processed`: its subject was read again, and what was new has been booked. `ignored`: it is nothing the shop acts on.
 * `parked`: it could not be resolved, and waits for staff.
 */
export type InboxState = 'received' | 'processed' | 'ignored' | 'parked'
export type InboxStep = 'process' | 'ignore' | 'park' | 'replay'

export const inboxMachine = transitionTable<InboxState, InboxStep>({
  name: 'inbox event',
  initial: 'received',
  transitions: {
    received: { process: 'processed', ignore: 'ignored', park: 'parked', replay: 'received' },
    processed: { replay: 'received' },
    ignored: { replay: 'received' },
    parked: { replay: 'received' },
  },
})
