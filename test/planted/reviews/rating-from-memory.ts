import type { ProductId, Stars, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

const none: Stars = [0, 0, 0, 0, 0]
const sum = (one: Stars, other: Stars, sign: 1 | -1 = 1) => one.map((count, index) => count + sign * (other[index] ?? 0)) as unknown as Stars

/** Reckons a product's rating from what this process itself has counted, and writes that over what others have made of it. */
export function ratingFromMemory(storage: Storage): Storage {
  const known = new Map<ProductId, Stars>()
  return withFault(storage, (tx) => {
    const reviews = overlay(tx.reviews, {
      countRating: async ({ productId, stars }) => {
        const { stars: stored } = await tx.reviews.summary({ productId })
        const reckoned = sum(known.get(productId) ?? none, stars)
        known.set(productId, reckoned)
        return tx.reviews.countRating({ productId, stars: sum(reckoned, stored, -1) })
      },
    })
    return overlay(tx, { reviews })
  })
}
