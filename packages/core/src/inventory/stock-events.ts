import type { Context } from '../context.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { crossedBand, type LevelChange } from './stock.ts'
import type { AdjustResult } from './stock-store.ts'

/**
 * Appends `stock.availability_changed` when, at some location, a SKU came to another band: in stock, low, out; nothing otherwise. To be called in
 * the transaction that made the changes.
 */
export async function availabilityChanged(
  context: Pick<Context, 'ids' | 'lowStockUnits'>,
  tx: Pick<StorageTransaction, 'now' | 'outbox'>,
  changes: readonly LevelChange[],
): Promise<void> {
  const events = availabilityEvent(context, tx.now, changes)
  if (events.length > 0) await tx.outbox.append(events)
}

/** Appends what follows from a change of `onHand`: `stock.adjusted`, and `stock.availability_changed` where due; nothing when nothing has changed. */
export async function stockAdjusted(
  context: Pick<Context, 'ids' | 'lowStockUnits'>,
  tx: StorageTransaction,
  adjusted: Adjusted,
  reason: string,
): Promise<void> {
  const { level, delta, change } = adjusted
  if (delta === 0) return
  const { sku, locationId, version } = level
  const subject = { aggregateType: 'stock', aggregateId: sku, aggregateVersion: version } as const
  await tx.outbox.append([makeEvent(context, tx.now, 'stock.adjusted', subject, { sku, locationId, delta, reason })])
  await availabilityChanged(context, tx, [change])
}

type Adjusted = Extract<AdjustResult, { readonly outcome: 'adjusted' }>

/** The event that `availabilityChanged` appends, or none. */
export function availabilityEvent(context: Pick<Context, 'ids' | 'lowStockUnits'>, now: Date, changes: readonly LevelChange[]): readonly DomainEvent[] {
  const skus = crossedBand(changes, context.lowStockUnits)
  if (skus.length === 0) return []
  // One subject for all: consumers look the SKUs up anew, in the order in which they changed.
  const subject = { aggregateType: 'stock', aggregateId: 'availability', aggregateVersion: 0 } as const
  return [makeEvent(context, now, 'stock.availability_changed', subject, { skus })]
}
