import type { ReviewStatus, StaffReviewView } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { moment, spaced } from '../terminal/words.ts'

interface ReviewsListOptions extends ShopOptions {
  readonly status?: ReviewStatus
  /** Every review, whether or not it waits for staff. */
  readonly all?: boolean
  readonly limit: number
  readonly after?: string
}

/** Lists the reviews that wait for staff, the longest waiting first, or others, newest first. */
export async function reviewsList(output: Output, options: ReviewsListOptions): Promise<number> {
  const { status, all = false, limit, after } = options
  const query = { actor: staff, limit, ...(after === undefined ? {} : { after }) }
  const queued = status === undefined && !all
  const page = await withCommerce(options, { create: false }, ({ reviews }) =>
    queued ? reviews.queue(query) : reviews.all({ ...query, ...(status === undefined ? {} : { status }) }),
  )
  output.result(page, () => {
    if (page.items.length === 0) return queued ? 'No review waits for you.' : 'No reviews.'
    return paged(reviewsTable(page.items, output), page.next, output)
  })
  if (queued && page.items.length > 0) output.note('Decide with `cartwright reviews approve` and `cartwright reviews reject`.')
  return 0
}

/** One line a review. */
export function reviewsTable(reviews: readonly StaffReviewView[], output: Output): string {
  const columns = [
    { title: 'review' },
    { title: 'written' },
    { title: 'stars' },
    { title: 'status' },
    { title: 'bought' },
    { title: 'votes', align: 'right' },
    { title: 'text', flexible: true },
  ] as const
  const rows = reviews.map((review) => [
    review.id,
    moment(review.createdAt),
    '★'.repeat(review.rating),
    output.paint(statusStyle(review), review.reason === null ? review.status : `${review.status}: ${spaced(review.reason)}`),
    review.verifiedPurchase ? 'yes' : '',
    `+${review.helpfulCount} −${review.unhelpfulCount}`,
    [review.title, review.body].flatMap((text) => text?.replaceAll(/\s+/g, ' ') ?? []).join(' · '),
  ])
  return table({ columns, rows, paint: output.paint, width: output.width })
}

function statusStyle({ status }: StaffReviewView): 'green' | 'yellow' | 'red' | 'dim' {
  if (status === 'pending') return 'yellow'
  if (status === 'approved') return 'green'
  return status === 'withdrawn' ? 'dim' : 'red'
}
