import type { Context } from '../context.ts'
import type { ReservationId } from '../ids.ts'
import { mergeClaims } from '../inventory/allocation.ts'
import { reserveStock } from '../inventory/reserve-stock.ts'
import type { LevelChange, StockClaim } from '../inventory/stock.ts'
import { stockUnits, trackedSkus } from '../inventory/stock-units.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import type { Order } from './order.ts'

export type SecuredStock =
  | { readonly outcome: 'secured'; readonly reservationId: ReservationId | null; readonly changes: readonly LevelChange[] }
  /** The hold was lost and the units are gone. */
  | { readonly outcome: 'gone'; readonly sku: string }

/**
 * Makes the units of an order its own for good. When its hold has been lost (it expired and someone else took a unit, or the order itself had expired), the
 * same units are reserved anew, if they are there.
 */
export async function secureStock(context: Context, tx: StorageTransaction, order: Order): Promise<SecuredStock> {
  if (order.reservationId === null) return { outcome: 'secured', reservationId: null, changes: [] }
  const committed = await tx.stock.commit({ reservationId: order.reservationId })
  if (committed.outcome === 'changed') return { outcome: 'secured', reservationId: order.reservationId, changes: committed.changes }
  if (committed.status === 'committed') return { outcome: 'secured', reservationId: order.reservationId, changes: [] }
  return reserveAgain(context, tx, order)
}

async function reserveAgain(context: Context, tx: StorageTransaction, order: Order): Promise<SecuredStock> {
  const units = order.lines.flatMap((line) => stockUnits(line))
  const sellables = await tx.catalog.sellables({ skus: trackedSkus(order.lines), currency: order.currency })
  const backorder = new Set(sellables.filter((row) => row.backorder === 'allow').map((row) => row.sku))
  const claims: StockClaim[] = units.map(({ sku, quantity }) => ({ sku, quantity, backorder: backorder.has(sku) }))
  const reservationId = context.ids.next<ReservationId>()
  const reserved = await reserveStock(tx, {
    reservationId,
    holder: { type: 'order', id: order.id },
    claims: mergeClaims(claims),
    expiresAt: addMs(tx.now, context.timing.holdMs),
  })
  if (reserved.outcome === 'insufficient') return { outcome: 'gone', sku: reserved.sku }
  await tx.stock.commit({ reservationId })
  return { outcome: 'secured', reservationId, changes: reserved.changes }
}
