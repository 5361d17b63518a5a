import type { ListPrice, Storage, StorageSnapshot } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Remembers what the price lists once asked of a customer for a SKU: a list that has ended, or a group that was left, still counts. */
export function listPricesFromMemory(storage: Storage): Storage {
  const memory = new Map<string, readonly ListPrice[]>()
  const remembering = <T extends Pick<StorageSnapshot, 'catalog'>>(tx: T): T => {
    const catalog = overlay(tx.catalog, {
      sellables: async (params) =>
        (await tx.catalog.sellables(params)).map((row) => {
          const key = `${params.customerId ?? 'guest'} ${row.sku}`
          const listPrices = memory.get(key) ?? row.listPrices
          memory.set(key, listPrices)
          return { ...row, listPrices }
        }),
    })
    return overlay(tx, { catalog } as Partial<T>)
  }
  return withFault(storage, remembering, remembering)
}
