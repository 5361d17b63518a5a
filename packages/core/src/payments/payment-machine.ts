import { transitionTable } from '../transition-table.ts'

/**
 * `created`: the row exists, the provider may or may not have heard of it. `failed` and `cancelled` are believed dead; if the provider reports money
 * for them after all, `capture` still leads on, because money that was taken is a fact.
 */
export type PaymentStatus = 'created' | 'requires_action' | 'processing' | 'authorised' | 'captured' | 'failed' | 'cancelled' | 'review'
export type PaymentEvent = 'require_action' | 'process' | 'authorise' | 'capture' | 'fail' | 'cancel' | 'quarantine'

export const paymentMachine = transitionTable<PaymentStatus, PaymentEvent>({
  name: 'payment',
  initial: 'created',
  transitions: {
    created: {
      require_action: 'requires_action',
      process: 'processing',
      authorise: 'authorised',
      capture: 'captured',
      fail: 'failed',
      cancel: 'cancelled',
      quarantine: 'review',
    },
    requires_action: { process: 'processing', authorise: 'authorised', capture: 'captured', fail: 'failed', cancel: 'cancelled', quarantine: 'review' },
    processing: { require_action: 'requires_action', authorise: 'authorised', capture: 'captured', fail: 'failed', cancel: 'cancelled', quarantine: 'review' },
    authorised: { capture: 'captured', fail: 'failed', cancel: 'cancelled', quarantine: 'review' },
    captured: { quarantine: 'review' },
    failed: { authorise: 'authorised', capture: 'captured', quarantine: 'review' },
    cancelled: { authorise: 'authorised', capture: 'captured', quarantine: 'review' },
    review: {},
  },
})

/** `pending` is queued or on its way; only `succeeded` counts. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed'
export type RefundEvent = 'succeed' | 'fail'

export const refundMachine = transitionTable<RefundStatus, RefundEvent>({
  name: 'refund',
  initial: 'pending',
  transitions: { pending: { succeed: 'succeeded', fail: 'failed' }, succeeded: { fail: 'failed' }, failed: {} },
})

/** A decision can be turned round, by arbitration or an appeal. */
export type DisputeStatus = 'open' | 'won' | 'lost'
export type DisputeEvent = 'win' | 'lose'

export const disputeMachine = transitionTable<DisputeStatus, DisputeEvent>({
  name: 'dispute',
  initial: 'open',
  transitions: { open: { win: 'won', lose: 'lost' }, won: { lose: 'lost' }, lost: { win: 'won' } },
})
