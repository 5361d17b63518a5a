import { notACursor } from '../engine/page.ts'

/** The last row of a page of orders. */
export interface OrderCursor {
  readonly placedAt: Date
  readonly id: string
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** As callers see it: opaque text without personal data. */
export function encodeOrderCursor(cursor: OrderCursor): string {
  return Buffer.from(`${cursor.placedAt.getTime()}~${cursor.id}`).toString('base64url')
}

/** @throws INVALID_INPUT for text that `encodeOrderCursor` did not make. */
export function decodeOrderCursor(text: string): OrderCursor {
  const [ms = '', id = ''] = text.length > 100 ? [] : Buffer.from(text, 'base64url').toString().split('~')
  const placedAt = new Date(/^-?\d{1,16}$/.test(ms) ? Number(ms) : Number.NaN)
  const cursor = { placedAt, id }
  if (Number.isNaN(placedAt.getTime()) || !uuid.test(id) || encodeOrderCursor(cursor) !== text) throw notACursor()
  return cursor
}
