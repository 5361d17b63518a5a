import { transitionTable } from '../transition-table.ts'

/** `requested` waits for staff, `approved` for the goods, `received` for the money. */
export type ReturnStatus = 'requested' | 'approved' | 'received' | 'refunded' | 'rejected' | 'cancelled'
/** `reject` after approval: the goods never came. */
export type ReturnEvent = 'approve' | 'reject' | 'cancel' | 'receive' | 'refund'

export const returnMachine = transitionTable<ReturnStatus, ReturnEvent>({
  name: 'return',
  initial: 'requested',
  transitions: {
    requested: { approve: 'approved', reject: 'rejected', cancel: 'cancelled' },
    approved: { receive: 'received', reject: 'rejected' },
    received: { refund: 'refunded' },
    refunded: {},
    rejected: {},
    cancelled: {},
  },
})
