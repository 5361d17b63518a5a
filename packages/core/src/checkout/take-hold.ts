import type { Context } from '../context.ts'
import type { CartId, OrderId, ReservationId } from '../ids.ts'
import { reserveStock } from '../inventory/reserve-stock.ts'
import type { Allocation, LevelChange, StockClaim } from '../inventory/stock.ts'
import type { ReserveResult } from '../inventory/stock-store.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'

/** An order of a cart that has had a hold. */
export interface HeldOrder {
  readonly cartId: CartId
  readonly orderId: OrderId
  /** It may have ended since. */
  readonly hold: ReservationId
  /** What the order needs, merged. */
  readonly claims: readonly StockClaim[]
}

/** `reservationId` is null for an order that needs nothing of the stock. */
export type TakenHold =
  | {
      readonly outcome: 'taken'
      readonly reservationId: ReservationId | null
      /** Where the units are; undefined for a hold that was taken as it is. */
      readonly allocations: readonly Allocation[] | undefined
      readonly changes: readonly LevelChange[]
    }
  | Extract<ReserveResult, { readonly outcome: 'insufficient' }>

/**
 * Turns the hold of a cart into the reservation of its order, in the transaction that writes the order: as it is where it holds what the order needs, else by a claim that
 * replaces it. What it holds and the order does not need is free again. On `insufficient` the caller rolls back.
 */
export async function takeHold(context: Context, tx: StorageTransaction, { cartId, orderId, hold, claims }: HeldOrder): Promise<TakenHold> {
  await tx.carts.dropHolds({ cartId })
  if (claims.length === 0) {
    const released = await tx.stock.release({ reservationId: hold })
    return { outcome: 'taken', reservationId: null, allocations: [], changes: released.outcome === 'changed' ? released.changes : [] }
  }
  const terms = { holder: { type: 'order', id: orderId }, claims, expiresAt: addMs(tx.now, context.timing.holdMs) } as const
  if ((await tx.stock.takeOver({ reservationId: hold, ...terms })) === 'taken')
    return { outcome: 'taken', reservationId: hold, allocations: undefined, changes: [] }
  const reservationId = context.ids.next<ReservationId>()
  const reserved = await reserveStock(tx, { reservationId, ...terms, replaces: hold })
  return reserved.outcome === 'held' ? { outcome: 'taken', reservationId, allocations: reserved.allocations, changes: reserved.changes } : reserved
}
