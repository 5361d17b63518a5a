import type { Context } from '../context.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { LocationId } from '../ids.ts'
import type { LevelChange } from '../inventory/stock.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { ImportRejection, ReadProduct } from './import-record.ts'

/** What one record says of one variant's stock. */
export interface StockDeclaration {
  readonly index: number
  readonly variant: number
  readonly sku: string
  readonly stock: readonly { readonly location: string; readonly quantity: number }[]
  /** What is remembered of it. */
  readonly declared: string
}

/**
 * Sets the stock that records declare, where it differs from what the last import declared: importing the same file again does not undo the sales made
 * since. A figure below what is reserved is rejected and not remembered, so that a later import tries again.
 */
export async function importStock(
  context: Pick<Context, 'ids' | 'lowStockUnits'>,
  tx: StorageTransaction,
  products: readonly ReadProduct[],
): Promise<readonly ImportRejection[]> {
  const declarations = products.flatMap(declarationsOf)
  if (declarations.length === 0) return []
  const remembered = await tx.catalog.declaredStock({ skus: declarations.map(({ sku }) => sku) })
  const news = declarations.filter(({ sku, declared }) => remembered.get(sku) !== declared).sort((a, b) => (a.sku < b.sku ? -1 : 1))
  if (news.length === 0) return []
  const locations = await ensureLocations(context, tx, news)
  const events: DomainEvent[] = []
  const changes: LevelChange[] = []
  const rejected: ImportRejection[] = []
  for (const declaration of news) {
    const problem = await applyDeclaration(context, tx, declaration, locations, { events, changes })
    if (problem !== undefined) rejected.push(problem)
  }
  const refused = new Set(rejected.map(({ index, variant }) => `${index}/${variant}`))
  await tx.catalog.declareStock(news.filter(({ index, variant }) => !refused.has(`${index}/${variant}`)))
  if (events.length > 0) await tx.outbox.append(events)
  await availabilityChanged(context, tx, changes)
  return rejected
}

/** The declarations of one product, in the order of its variants; locations in order of their codes. */
export function declarationsOf({ index, variants }: ReadProduct): readonly StockDeclaration[] {
  return variants.flatMap(({ index: variant, record: { sku, stock } }) => {
    if (stock === undefined || stock.length === 0) return []
    const sorted = [...stock].sort((a, b) => (a.location < b.location ? -1 : 1))
    return [{ index, variant, sku, stock: sorted, declared: JSON.stringify(sorted.map(({ location, quantity }) => [location, quantity])) }]
  })
}

/** The ids of every location that declarations name; those that are missing are made. */
export async function ensureLocations(
  context: Pick<Context, 'ids'>,
  tx: StorageTransaction,
  declarations: readonly StockDeclaration[],
): Promise<ReadonlyMap<string, LocationId>> {
  const codes = [...new Set(declarations.flatMap(({ stock }) => stock.map(({ location }) => location)))].sort()
  const ids = new Map<string, LocationId>()
  for (const code of codes) {
    const { id } = await tx.stock.ensureLocation({ id: context.ids.next<LocationId>(), code, name: code, priority: 0, active: true })
    ids.set(code, id)
  }
  return ids
}

interface Collected {
  readonly events: DomainEvent[]
  readonly changes: LevelChange[]
}

async function applyDeclaration(
  context: Pick<Context, 'ids'>,
  tx: StorageTransaction,
  { index, variant, sku, stock }: StockDeclaration,
  locations: ReadonlyMap<string, LocationId>,
  { events, changes }: Collected,
): Promise<ImportRejection | undefined> {
  let problem: ImportRejection | undefined
  for (const { location, quantity } of stock) {
    const locationId = locations.get(location)
    if (locationId === undefined) continue
    const result = await tx.stock.adjust({
      entryId: context.ids.next(),
      sku,
      locationId,
      change: { to: quantity },
      reason: 'import',
      note: null,
      shortfall: 'refuse',
    })
    if (result.outcome === 'reserved') {
      problem = {
        index,
        variant,
        column: 'stock',
        code: 'STOCK_RESERVED',
        message: `${result.level.reserved} units are reserved, more than the ${quantity} declared`,
      }
      continue
    }
    changes.push(result.change)
    if (result.delta === 0) continue
    const subject = { aggregateType: 'stock', aggregateId: sku, aggregateVersion: result.level.version } as const
    events.push(makeEvent(context, tx.now, 'stock.adjusted', subject, { sku, locationId, delta: result.delta, reason: 'import' }))
  }
  return problem
}
