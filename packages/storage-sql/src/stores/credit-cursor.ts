import { notACursor } from '../engine/page.ts'

/** The last row of a page of accounts or entries. */
export interface CreditCursor {
  readonly at: Date
  readonly id: string
}

/** As callers see it: opaque text. */
export function encodeCreditCursor({ at, id }: CreditCursor): string {
  return Buffer.from(`${at.getTime()}~${id}`).toString('base64url')
}

/** @throws INVALID_INPUT for text that `encodeCreditCursor` did not make. */
export function decodeCreditCursor(text: string): CreditCursor {
  const [, ms, id = ''] = /^(\d{1,16})~([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  const cursor = { at: new Date(ms === undefined ? Number.NaN : Number(ms)), id }
  if (Number.isNaN(cursor.at.getTime()) || encodeCreditCursor(cursor) !== text) throw notACursor()
  return cursor
}
