import type { ReviewOrder } from '@cartwright/core/ports'
import { notACursor } from '../engine/page.ts'

/** The last row of a page of reviews. */
export interface ReviewCursor {
  /** Epoch milliseconds, votes or stars, by order. */
  readonly key: number
  readonly id: string
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** As callers see it: opaque text, bound to its order. */
export function encodeReviewCursor(order: ReviewOrder, { key, id }: ReviewCursor): string {
  return Buffer.from(`${order}~${key}~${id}`).toString('base64url')
}

/** @throws INVALID_INPUT for text that `encodeReviewCursor` did not make for this order. */
export function decodeReviewCursor(order: ReviewOrder, text: string): ReviewCursor {
  const [, key = '', id = ''] = text.length > 200 ? [] : Buffer.from(text, 'base64url').toString().split('~')
  const cursor = { key: Number(key), id }
  const usable = Number.isSafeInteger(cursor.key) && Math.abs(cursor.key) <= 8.64e15 && uuid.test(id)
  if (!usable || encodeReviewCursor(order, cursor) !== text) throw notACursor()
  return cursor
}
