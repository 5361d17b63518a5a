import { notACursor } from '../engine/page.ts'

/** The last row of a page of customers. */
export interface CustomerCursor {
  readonly createdAt: Date
  readonly id: string
}

/** As callers see it: opaque text. */
export function encodeCustomerCursor({ createdAt, id }: CustomerCursor): string {
  return Buffer.from(`${createdAt.getTime()}~${id}`).toString('base64url')
}

/** @throws INVALID_INPUT for text that `encodeCustomerCursor` did not make. */
export function decodeCustomerCursor(text: string): CustomerCursor {
  const plain = Buffer.from(text, 'base64url').toString()
  const [, ms, id = ''] = /^(-?\d{1,16})~(.{1,200})$/su.exec(plain) ?? []
  const cursor = { createdAt: new Date(ms === undefined ? Number.NaN : Number(ms)), id }
  if (Number.isNaN(cursor.createdAt.getTime()) || encodeCustomerCursor(cursor) !== text) throw notACursor()
  return cursor
}
