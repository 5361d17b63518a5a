import type { Context } from '../context.ts'
import { makeEvent } from '../events/make-event.ts'
import type { LocationId } from '../ids.ts'
import { availabilityEvent } from '../inventory/stock-events.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { LoadedLevel } from './catalog-load.ts'
import type { ProductDraft, UpsertedProduct } from './catalog-store.ts'
import type { ReadProduct } from './import-record.ts'
import { declarationsOf, ensureLocations, type StockDeclaration } from './import-stock.ts'

/** A level is made with version 1, and the declared stock is its first change. */
const declaredVersion = 2
const firstProductVersion = 1

/**
 * Writes products by the storage's bulk verb, if it has one and all of them are new. What is written then is what the other verbs would have written.
 *
 * @param drafts - of the same products, in the same order.
 * @returns undefined when they have to go through the other verbs; nothing was written then, but for locations.
 */
export async function loadProducts(
  context: Pick<Context, 'ids' | 'lowStockUnits'>,
  tx: StorageTransaction,
  products: readonly ReadProduct[],
  drafts: readonly ProductDraft[],
): Promise<readonly UpsertedProduct[] | undefined> {
  if (tx.load === undefined) return undefined
  const declarations = products.flatMap(declarationsOf).sort((a, b) => (a.sku < b.sku ? -1 : 1))
  const locations = await ensureLocations(context, tx, declarations)
  const created = drafts.map(({ id, handle }) => {
    const subject = { aggregateType: 'product', aggregateId: id, aggregateVersion: firstProductVersion } as const
    return makeEvent(context, tx.now, 'product.changed', subject, { handle, change: 'created' })
  })
  const levels = declarations.flatMap((declaration) => levelsOf(context, declaration, locations))
  const outcome = await tx.load({ products: drafts, declared: declarations, levels, events: [...created, ...stockEvents(context, tx.now, levels)] })
  if (outcome === 'not_new') return undefined
  return drafts.map(({ id, handle }) => ({ productId: id, handle, outcome: 'created', version: firstProductVersion }))
}

function levelsOf(context: Pick<Context, 'ids'>, { sku, stock }: StockDeclaration, locations: ReadonlyMap<string, LocationId>): readonly LoadedLevel[] {
  return stock.flatMap(({ location, quantity }) => {
    const locationId = locations.get(location)
    if (locationId === undefined) return []
    return [{ entryId: context.ids.next(), level: { sku, locationId, onHand: quantity, reserved: 0, version: declaredVersion } }]
  })
}

function stockEvents(context: Pick<Context, 'ids' | 'lowStockUnits'>, now: Date, levels: readonly LoadedLevel[]) {
  const filled = levels.map(({ level }) => level).filter(({ onHand }) => onHand > 0)
  const adjusted = filled.map(({ sku, locationId, onHand, version }) => {
    const subject = { aggregateType: 'stock', aggregateId: sku, aggregateVersion: version } as const
    return makeEvent(context, now, 'stock.adjusted', subject, { sku, locationId, delta: onHand, reason: 'import' })
  })
  const changes = filled.map(({ sku, locationId, onHand }) => ({ sku, locationId, availableBefore: 0, availableAfter: onHand }))
  return [...adjusted, ...availabilityEvent(context, now, changes)]
}
