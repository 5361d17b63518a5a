import {
  type CustomerId,
  type OrderLineId,
  type OwnerFilter,
  type Page,
  type ProductId,
  type RatingSummary,
  type Review,
  type ReviewId,
  type ReviewListQuery,
  type ReviewOrder,
  type Stars,
  summaryOf,
} from '@cartwright/core/ports'
import { sql } from 'kysely'
import { pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs } from '../engine/sql-dialect.ts'
import { decodeReviewCursor, encodeReviewCursor } from './review-cursor.ts'
import { type ReviewRow, reviewFromRow } from './review-rows.ts'

const shown = sql<boolean>`status = 'approved'`

const finders = {
  any: preparedQuery<{ reviewId: string; customerId: string }>()((db, param) => db.selectFrom('reviews').selectAll().where('id', '=', param('reviewId'))),
  customer: preparedQuery<{ reviewId: string; customerId: string }>()((db, param) =>
    db
      .selectFrom('reviews')
      .selectAll()
      .where('id', '=', param('reviewId'))
      .where((eb) => eb.or([shown, eb('customer_id', '=', param('customerId'))])),
  ),
  guest: preparedQuery<{ reviewId: string; customerId: string }>()((db, param) =>
    db.selectFrom('reviews').selectAll().where('id', '=', param('reviewId')).where(shown),
  ),
}

const ofCustomer = preparedQuery<{ customerId: string; productId: string }>()((db, param) =>
  db.selectFrom('reviews').selectAll().where('customer_id', '=', param('customerId')).where('product_id', '=', param('productId')),
)

const starsOf = preparedQuery<{ productId: string }>()((db, param) => db.selectFrom('product_ratings').selectAll().where('product_id', '=', param('productId')))

const purchase = preparedQuery<{ customerId: string; productId: string }>()((db, param) =>
  db
    .selectFrom('orders')
    .innerJoin('order_lines', 'order_lines.order_id', 'orders.id')
    .select('order_lines.id')
    .where('orders.customer_id', '=', param('customerId'))
    .where('order_lines.product_id', '=', param('productId'))
    .where(sql<boolean>`orders.status = 'confirmed' AND (orders.payment_status IN ('paid', 'partially_refunded') OR orders.total_minor = 0)`)
    .orderBy('orders.placed_at')
    .orderBy('orders.id')
    .orderBy('order_lines.position')
    .limit(sql.lit(1)),
)

export async function findReview(session: SqlSession, reviewId: ReviewId, owner: OwnerFilter): Promise<Review | undefined> {
  const customerId = owner.type === 'customer' ? owner.customerId : ''
  return read(session, await finders[owner.type].first(session, { reviewId, customerId }))
}

export async function reviewOfCustomer(
  session: SqlSession,
  params: { readonly customerId: CustomerId; readonly productId: ProductId },
): Promise<Review | undefined> {
  return read(session, await ofCustomer.first(session, { ...params }))
}

export async function purchaseOf(
  session: SqlSession,
  params: { readonly customerId: CustomerId; readonly productId: ProductId },
): Promise<OrderLineId | undefined> {
  return (await purchase.first(session, { ...params }))?.id as OrderLineId | undefined
}

export async function ratingSummary(session: SqlSession, productId: ProductId): Promise<RatingSummary> {
  return summaryOf(starsFromRow(await starsOf.first(session, { productId })))
}

interface StarsRow {
  readonly stars_1: number
  readonly stars_2: number
  readonly stars_3: number
  readonly stars_4: number
  readonly stars_5: number
}

export function starsFromRow(row: StarsRow | undefined): Stars {
  return row === undefined ? [0, 0, 0, 0, 0] : [row.stars_1, row.stars_2, row.stars_3, row.stars_4, row.stars_5]
}

/** How a list is ordered: its column, which way, and the column's value as a number. Equals follow by id, the same way. */
const orders = {
  newest: { column: 'created_at', direction: 'desc', key: (codecs, row) => codecs.time.decode(row.created_at).getTime() },
  helpful: { column: 'helpful_count', direction: 'desc', key: (_, row) => row.helpful_count },
  highest: { column: 'rating', direction: 'desc', key: (_, row) => row.rating },
  lowest: { column: 'rating', direction: 'asc', key: (_, row) => row.rating },
  waiting: { column: 'queued_at', direction: 'asc', key: (codecs, row) => (row.queued_at === null ? 0 : codecs.time.decode(row.queued_at).getTime()) },
} as const satisfies Record<
  ReviewOrder,
  { readonly column: keyof ReviewRow; readonly direction: 'asc' | 'desc'; readonly key: (codecs: SqlCodecs, row: ReviewRow) => number }
>

export async function listReviews(session: SqlSession, { filter, order, limit, after }: ReviewListQuery): Promise<Page<Review>> {
  const { codecs, db } = session
  const { column, direction, key } = orders[order]
  let query = db.selectFrom('reviews').selectAll()
  if (filter.productId !== undefined) query = query.where('product_id', '=', filter.productId)
  if (filter.customerId !== undefined) query = query.where('customer_id', '=', filter.customerId)
  // The words of the partial indexes, so that the planner sees that they apply.
  if (filter.status === 'approved') query = query.where(shown)
  else if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.rating !== undefined) query = query.where('rating', '=', filter.rating)
  if (filter.verified !== undefined) query = query.where('order_line_id', filter.verified ? 'is not' : 'is', null)
  if (order === 'waiting') query = query.where('queued_at', 'is not', null)
  if (after !== undefined) {
    const cursor = decodeReviewCursor(order, after)
    const isTime = column === 'created_at' || column === 'queued_at'
    const place = sql`(${isTime ? codecs.time.encode(new Date(cursor.key)) : cursor.key}, ${cursor.id})`
    query = query.where(sql<boolean>`(${sql.ref(column)}, id) ${sql.raw(direction === 'desc' ? '<' : '>')} ${place}`)
  }
  const rows = await query
    .orderBy(column, direction)
    .orderBy('id', direction)
    .limit(limit + 1)
    .execute()
  const page = pageOf(rows, limit, (last) => encodeReviewCursor(order, { key: key(codecs, last), id: last.id }))
  return { items: page.items.map((row) => reviewFromRow(codecs, row)), next: page.next }
}

function read({ codecs }: SqlSession, row: ReviewRow | undefined): Review | undefined {
  return row === undefined ? undefined : reviewFromRow(codecs, row)
}
