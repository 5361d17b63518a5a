import { type Commerce, isCommerceError, type Rating } from '@cartwright/core'
import { customer } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** Something that somebody does to a review of the product. */
export type ReviewAct =
  | { readonly type: 'submit'; readonly who: string; readonly rating: Rating }
  | { readonly type: 'edit'; readonly who: string; readonly reviewId: string; readonly rating: Rating }
  | { readonly type: 'delete'; readonly who: string; readonly reviewId: string }
  | { readonly type: 'vote'; readonly who: string; readonly reviewId: string }
  | { readonly type: 'approve' | 'reject'; readonly who: 'staff'; readonly reviewId: string }

export interface ReviewOutcome {
  readonly type: ReviewAct['type']
  readonly who: string
  /** `done`, or the code of what refused it. */
  readonly outcome: string
}

/** Does all of it at once. */
export function reviewTask({ commerce, retrier }: Racer, { acts, handle }: { readonly acts: readonly ReviewAct[]; readonly handle: string }) {
  return Promise.all(
    acts.map(async (act): Promise<ReviewOutcome> => {
      const { type, who } = act
      try {
        await retrier.run(() => doneTo(commerce, handle, act))
        return { type, who, outcome: 'done' }
      } catch (error) {
        return { type, who, outcome: isCommerceError(error) ? error.code : String(error) }
      }
    }),
  )
}

const staff = { type: 'admin', id: 'staff' } as const

function doneTo({ reviews }: Commerce, handle: string, act: ReviewAct): Promise<unknown> {
  switch (act.type) {
    case 'submit':
      return reviews.submit({ actor: customer(act.who), handle, rating: act.rating })
    case 'edit':
      return reviews.edit({ actor: customer(act.who), reviewId: act.reviewId, rating: act.rating })
    case 'delete':
      return reviews.delete({ actor: customer(act.who), reviewId: act.reviewId })
    case 'vote':
      return reviews.vote({ actor: customer(act.who), reviewId: act.reviewId, vote: 'helpful' })
    case 'approve':
      return reviews.moderate({ actor: staff, reviewId: act.reviewId, decision: 'approve' })
    case 'reject':
      return reviews.moderate({ actor: staff, reviewId: act.reviewId, decision: 'reject', reason: 'spam' })
  }
}
