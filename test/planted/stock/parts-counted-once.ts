import type { Sellable, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Takes one unit of each part of a bundle from the stock, however many go into it. */
export function partsCountedOnce(storage: Storage): Storage {
  return withFault(
    storage,
    (tx) => overlay(tx, { catalog: overlay(tx.catalog, { sellables: async (params) => (await tx.catalog.sellables(params)).map(once) }) }),
    (snapshot) =>
      overlay(snapshot, { catalog: overlay(snapshot.catalog, { sellables: async (params) => (await snapshot.catalog.sellables(params)).map(once) }) }),
  )
}

function once(row: Sellable): Sellable {
  return row.components === undefined ? row : { ...row, components: row.components.map((part) => ({ ...part, quantity: 1 })) }
}
