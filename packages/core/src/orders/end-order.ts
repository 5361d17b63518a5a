import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { releasePromotions } from '../promotions/redeem-promotions.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Order } from './order.ts'
import { advanceOrder } from './order-rules.ts'
import { saveOrder } from './order-writer.ts'

interface EndOrderParams {
  readonly event: 'cancel' | 'expire'
  readonly actor: ActorRecord
  readonly reason: string | null
}

/** Ends an order in the caller's transaction: gives its stock and its vouchers back and moves its states. What becomes of its money is the caller's to decide. */
export async function endOrder(context: Context, tx: StorageTransaction, order: Order, { event, actor, reason }: EndOrderParams): Promise<Order> {
  if (order.reservationId !== null) {
    const released = await tx.stock.release({ reservationId: order.reservationId })
    if (released.outcome === 'changed') await availabilityChanged(context, tx, released.changes)
  }
  await releasePromotions(tx, order)
  const waiting = order.paymentStatus === 'pending' || order.paymentStatus === 'authorised'
  const after = advanceOrder(order, { status: event, ...(waiting ? { payment: 'void' } : {}) }, tx.now)
  await saveOrder(context, tx, after, { change: event === 'cancel' ? 'cancelled' : 'expired', actor, note: reason })
  return after
}
