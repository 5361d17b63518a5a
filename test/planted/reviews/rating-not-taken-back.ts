import type { Stars, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Counts what comes to be shown and forgets to take back what is hidden, changed or deleted: the rating only grows. */
export function ratingNotTakenBack(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const reviews = overlay(tx.reviews, {
      countRating: ({ productId, stars }) => tx.reviews.countRating({ productId, stars: stars.map((change) => Math.max(0, change)) as unknown as Stars }),
    })
    return overlay(tx, { reviews })
  })
}
