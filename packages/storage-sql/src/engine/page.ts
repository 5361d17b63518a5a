import { CommerceError, type Page } from '@cartwright/core/ports'

/**
 * A page of rows that were read in its order, one more than the page holds to tell whether another follows.
 *
 * @param cursor - where the page after `last` begins.
 */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursor: (last: Row) => string): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? cursor(last) : null }
}

/** What a text is answered with that is no cursor of the list that it was given to. */
export function notACursor(): CommerceError {
  return new CommerceError('INVALID_INPUT', {
    details: { issues: [{ path: 'after', message: 'Not a cursor of this list; pass `next` of the page before.' }] },
  })
}
