import { transitionTable } from '../transition-table.ts'

/**
 * `pending` waits for staff; `approved` is shown and counts. `rejected` was refused before it was shown, `hidden` after; `withdrawn` was taken back by its author.
 */
export type ReviewStatus = 'pending' | 'approved' | 'rejected' | 'hidden' | 'withdrawn'
/** `revise`: its author has written it anew and staff must look; `amend`: so has its author, and it stays as it is shown. */
export type ReviewStep = 'approve' | 'reject' | 'hide' | 'withdraw' | 'revise' | 'amend'

export const reviewMachine = transitionTable<ReviewStatus, ReviewStep>({
  name: 'review',
  initial: 'pending',
  transitions: {
    pending: { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn', revise: 'pending' },
    approved: { approve: 'approved', hide: 'hidden', withdraw: 'withdrawn', revise: 'pending', amend: 'approved' },
    rejected: { approve: 'approved', reject: 'rejected', revise: 'pending' },
    hidden: { approve: 'approved', hide: 'hidden', revise: 'pending' },
    withdrawn: { revise: 'pending' },
  },
})
