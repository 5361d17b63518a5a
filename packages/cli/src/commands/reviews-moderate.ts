import type { ReviewReason, StaffReviewView } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { reviewsTable } from './reviews-list.ts'

/** What is decided about each review. */
export type Decision = { readonly decision: 'approve' } | { readonly decision: 'reject'; readonly reason: ReviewReason; readonly note?: string }

interface ReviewsModerateOptions extends ShopOptions {
  /** Ids of reviews. */
  readonly reviews: readonly string[]
}

/** Decides about reviews one after the other; ends at the first that cannot be decided about. */
export async function reviewsModerate(output: Output, options: ReviewsModerateOptions, decision: Decision): Promise<number> {
  const items = await withCommerce(options, { create: false }, async ({ reviews }) => {
    const decided: StaffReviewView[] = []
    for (const reviewId of new Set(options.reviews)) decided.push(await reviews.moderate({ actor: staff, reviewId, ...decision }))
    return decided
  })
  output.result({ items }, () => reviewsTable(items, output))
  return 0
}
