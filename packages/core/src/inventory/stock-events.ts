import type { Context } from '../context.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { crossedBand, type LevelChange } from './stock.ts'

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

/** The event that `availabilityChanged` appends, or none. */
export function availabilityEvent(context: Pick<Context, 'ids' | 'lowStockUnits'>, now: Date, changes: readonly LevelChange[]): readonly DomainEvent[] {
  const skus = crossedBand(changes, context.lowStockUnits)
  if (skus.length === 0) return []
  // One subject for all: consumers look the SKUs up anew, in the order in which they changed.
  const subject = { aggregateType: 'stock', aggregateId: 'availability', aggregateVersion: 0 } as const
  return [makeEvent(context, now, 'stock.availability_changed', subject, { skus })]
}
