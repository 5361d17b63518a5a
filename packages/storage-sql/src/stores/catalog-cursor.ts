import { CommerceError, type ProductSort } from '@cartwright/core/ports'

/** Where a page ended: the last row's sort key and id. */
export interface ListCursor {
  /** Epoch milliseconds, title, minor units or rating, by sort; 0 stands for no rating. */
  readonly key: string | number
  readonly id: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The cursor as buyers carry it: opaque, and bound to its sort. */
export function encodeCursor(sort: ProductSort, { key, id }: ListCursor): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url')
}

/** @throws INVALID_INPUT for anything that `encodeCursor` did not make for this sort. */
export function decodeCursor(sort: ProductSort, text: string): ListCursor {
  const cursor = parsed(sort, text)
  if (cursor === undefined || encodeCursor(sort, cursor) !== text) {
    throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'after', message: 'is not a cursor of this listing' }] } })
  }
  return cursor
}

function parsed(sort: ProductSort, text: string): ListCursor | undefined {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [ofSort, key, id] = value as readonly unknown[]
  if (ofSort !== sort || typeof id !== 'string' || !uuid.test(id)) return undefined
  if (sort === 'title') return typeof key === 'string' ? { key, id } : undefined
  const usable = typeof key === 'number' && (sort === 'rating' ? key >= 0 && key <= 5 : Number.isSafeInteger(key) && Math.abs(key) <= 8.64e15)
  return usable ? { key, id } : undefined
}
