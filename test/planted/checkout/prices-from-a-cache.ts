import type { Sellable, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Checks the quote against prices it has read once: a changed price is never noticed. Stands for catalogue caches that nobody clears. */
export function pricesFromACache(storage: Storage): Storage {
  const cache = new Map<string, Sellable>()
  return withFault(storage, (tx) => {
    const catalog = overlay(tx.catalog, {
      sellables: async (params) => {
        const rows = await tx.catalog.sellables(params)
        return rows.map((row) => {
          const known = cache.get(row.sku) ?? row
          cache.set(row.sku, known)
          return known
        })
      },
    })
    return overlay(tx, { catalog })
  })
}
