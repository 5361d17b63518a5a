import type { PriceList, PriceListId, PriceStep, Storage } from '@cartwright/core/ports'
import { ids } from '../fixtures.ts'
import { at, start } from '../moments.ts'

let lists = 0

/** A list for everybody, unlike every one before it. */
export function aPriceList(overrides: Partial<PriceList> = {}): PriceList {
  lists += 1
  return {
    id: ids.next<PriceListId>(),
    code: `list-${lists}`,
    name: `List ${lists}`,
    currency: 'USD',
    groups: [],
    priority: 0,
    active: true,
    startsAt: null,
    endsAt: null,
    createdAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

/** Writes a new list with these prices. */
export async function storedList(storage: Storage, overrides: Partial<PriceList> = {}, prices: readonly PriceStep[] = []): Promise<PriceList> {
  const list = aPriceList(overrides)
  await storage.transaction(at(0), async (tx) => {
    await tx.priceLists.save({ list, expectedVersion: null })
    await tx.priceLists.putPrices({ priceListId: list.id, prices })
  })
  return list
}

export function step(sku: string, amountMinor: number, minQuantity = 1): PriceStep {
  return { sku, minQuantity, amountMinor }
}
