import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { LocationId, ReservationId } from '../ids.ts'
import type { Allocation } from '../inventory/stock.ts'
import { availabilityChanged, stockAdjusted } from '../inventory/stock-events.ts'
import { stockUnits } from '../inventory/stock-units.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Order } from './order.ts'
import type { ChosenUnits } from './order-refund-rules.ts'

/** What the ledger says of units that a refund or a return moves. */
export interface StockCause {
  /** The refund or the return. */
  readonly referenceId: string
  readonly note: string
}

/**
 * Moves the stock of refunded units: those that were not shipped are no longer reserved, and leave the stock as damaged if they may not be sold again; shipped
 * ones come back to where they were shipped from, if they may be. Goods without stock are left alone.
 *
 * @throws CONFLICT when the reservation does not have the units: the order's lines say otherwise
 */
export async function moveRefundedStock(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  units: readonly ChosenUnits[],
  cause: StockCause,
): Promise<void> {
  const moved = units.flatMap(({ line, quantity, place, restock }) => stockUnits(line, quantity).map((part) => ({ ...part, place, restock })))
  // Levels are written in the order of their SKUs, as everywhere.
  for (const sku of [...new Set(moved.map((part) => part.sku))].sort()) {
    const count = (place: ChosenUnits['place'], restock: boolean) =>
      moved.filter((part) => part.sku === sku && part.place === place && part.restock === restock).reduce((sum, { quantity }) => sum + quantity, 0)
    await writeOff(context, tx, order, { sku, quantity: count('unshipped', false) }, cause)
    await giveBack(context, tx, order, { sku, quantity: count('unshipped', true), first: 'backordered' })
    await putBack(context, tx, order, { sku, quantity: count('shipped', true) }, cause)
  }
}

interface SkuUnits {
  readonly sku: string
  readonly quantity: number
}

/** Units that are owed and have not come are only no longer owed. */
async function writeOff(context: Context, tx: StorageTransaction, order: Order, units: SkuUnits, cause: StockCause): Promise<void> {
  const given = await giveBack(context, tx, order, { ...units, first: 'held' })
  for (const { sku, locationId, quantity } of given) if (quantity > 0) await adjust(context, tx, { sku, locationId, by: -quantity, reason: 'damaged' }, cause)
}

async function giveBack(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  { sku, quantity, first }: SkuUnits & { readonly first: 'held' | 'backordered' },
): Promise<readonly Allocation[]> {
  if (quantity === 0) return []
  const given = await tx.stock.giveBack({ reservationId: reservationOf(order), sku, quantity, first })
  if (given.outcome !== 'given') throw new CommerceError('CONFLICT', { details: { object: 'reservation' } })
  await availabilityChanged(context, tx, given.changes)
  return given.given
}

/** Puts shipped units of an order back on the shelf, at the first location from which some of them were shipped. */
export async function putBack(context: Context, tx: StorageTransaction, order: Order, { sku, quantity }: SkuUnits, cause: StockCause): Promise<void> {
  if (quantity === 0) return
  const reservation = await tx.stock.findReservation({ reservationId: reservationOf(order) })
  const from = reservation?.lines.find((line) => line.sku === sku && line.consumed > 0)
  if (from === undefined) throw new CommerceError('CONFLICT', { details: { object: 'reservation' } })
  await adjust(context, tx, { sku, locationId: from.locationId, by: quantity, reason: 'returned' }, cause)
}

function reservationOf({ reservationId }: Order): ReservationId {
  if (reservationId === null) throw new CommerceError('CONFLICT', { details: { object: 'reservation' } })
  return reservationId
}

interface Change {
  readonly sku: string
  readonly locationId: LocationId
  readonly by: number
  readonly reason: 'damaged' | 'returned'
}

async function adjust(context: Context, tx: StorageTransaction, { by, reason, ...level }: Change, { referenceId, note }: StockCause): Promise<void> {
  const adjusted = await tx.stock.adjust({ ...level, entryId: context.ids.next(), change: { by }, reason, note, referenceId, shortfall: 'refuse' })
  if (adjusted.outcome === 'reserved') throw new CommerceError('CONFLICT', { details: { object: 'stock' } })
  await stockAdjusted(context, tx, adjusted, reason)
}
