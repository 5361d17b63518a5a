import type { CustomerId, OrderLineId, ProductId, Rating, Review, ReviewId, ReviewReason, ReviewStatus } from '@cartwright/core/ports'
import type { Selectable } from 'kysely'
import type { SqlCodecs } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { decodeTime, encodeTime } from './payment-rows.ts'

export type ReviewRow = Selectable<Tables['reviews']>

/** Everything but the votes' counters, which only votes change. */
export function reviewToRow(codecs: SqlCodecs, review: Review): Omit<ReviewRow, 'helpful_count' | 'unhelpful_count'> {
  return {
    id: review.id,
    product_id: review.productId,
    customer_id: review.customerId,
    order_line_id: review.orderLineId,
    rating: review.rating,
    title: review.title,
    body: review.body,
    display_name: review.displayName,
    status: review.status,
    queued_at: encodeTime(codecs, review.queuedAt),
    reason: review.refusal?.reason ?? null,
    note: review.refusal?.note ?? null,
    moderated_by: review.moderatedBy,
    reply: review.reply?.body ?? null,
    replied_by: review.reply?.by ?? null,
    replied_at: encodeTime(codecs, review.reply?.at ?? null),
    created_at: codecs.time.encode(review.createdAt),
    edited_at: encodeTime(codecs, review.editedAt),
    updated_at: codecs.time.encode(review.updatedAt),
    version: review.version,
  }
}

export function reviewFromRow(codecs: SqlCodecs, row: ReviewRow): Review {
  const { reason, reply, replied_by: by } = row
  const at = decodeTime(codecs, row.replied_at)
  return {
    id: row.id as ReviewId,
    productId: row.product_id as ProductId,
    customerId: row.customer_id as CustomerId | null,
    orderLineId: row.order_line_id as OrderLineId | null,
    rating: row.rating as Rating,
    title: row.title,
    body: row.body,
    displayName: row.display_name,
    status: row.status as ReviewStatus,
    queuedAt: decodeTime(codecs, row.queued_at),
    refusal: reason === null ? null : { reason: reason as ReviewReason, note: row.note },
    moderatedBy: row.moderated_by,
    reply: reply === null || by === null || at === null ? null : { body: reply, by, at },
    helpfulCount: row.helpful_count,
    unhelpfulCount: row.unhelpful_count,
    createdAt: codecs.time.decode(row.created_at),
    editedAt: decodeTime(codecs, row.edited_at),
    updatedAt: codecs.time.decode(row.updated_at),
    version: row.version,
  }
}
