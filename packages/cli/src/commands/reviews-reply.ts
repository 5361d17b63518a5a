import { CommerceError } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'

interface ReviewsReplyOptions extends ShopOptions {
  readonly review: string
  /** What the shop answers; left out when the answer is removed. */
  readonly text?: string
  readonly remove?: boolean
}

/** Answers a review in public, in place of the answer before, or takes the answer away. */
export async function reviewsReply(output: Output, options: ReviewsReplyOptions): Promise<number> {
  const { review: reviewId, text, remove = false } = options
  if ((text === undefined) !== remove) {
    const message = 'Give a text, or --remove to take the reply away'
    throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'text', message }] } })
  }
  const review = await withCommerce(options, { create: false }, ({ reviews }) => reviews.reply({ actor: staff, reviewId, body: text ?? null }))
  output.result(review, () => (review.reply === null ? 'The reply is gone.' : `Replied: ${review.reply.body}`))
  return 0
}
