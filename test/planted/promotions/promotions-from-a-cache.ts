import type { Sellable, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Goes by the automatic promotions that there were when a SKU was first seen: what staff change later, quotes and checkouts do not notice. */
export function promotionsFromACache(storage: Storage): Storage {
  const known = new Map<string, number>()
  const remembered = (row: Sellable): Sellable => {
    const promotionRevision = known.get(row.sku) ?? row.promotionRevision
    known.set(row.sku, promotionRevision)
    return { ...row, promotionRevision }
  }
  return withFault(
    storage,
    (tx) => overlay(tx, { catalog: overlay(tx.catalog, { sellables: async (params) => (await tx.catalog.sellables(params)).map(remembered) }) }),
    (snapshot) =>
      overlay(snapshot, { catalog: overlay(snapshot.catalog, { sellables: async (params) => (await snapshot.catalog.sellables(params)).map(remembered) }) }),
  )
}
