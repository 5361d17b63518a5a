import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { DomainEvent, EventPayloads } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { FulfilmentId, OrderId } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Order, OrderChange, OrderHistoryEntry } from './order.ts'

/** Which topic announces which change of an order. */
const topics = {
  placed: 'order.placed',
  payment_updated: 'order.updated',
  confirmed: 'order.confirmed',
  cancelled: 'order.cancelled',
  expired: 'order.expired',
  revived: 'order.confirmed',
  hold_extended: 'order.updated',
  shipped: 'order.shipped',
  delivered: 'order.delivered',
  refund_queued: 'order.updated',
  refunded: 'order.updated',
  disputed: 'order.updated',
  return_requested: 'order.updated',
  return_approved: 'order.updated',
  return_rejected: 'order.updated',
  return_received: 'order.updated',
  return_cancelled: 'order.updated',
  edited: 'order.edited',
  added_to: 'order.added_to',
} as const satisfies Record<OrderChange, keyof EventPayloads>

export interface OrderRecord {
  readonly change: OrderChange
  readonly actor: ActorRecord
  readonly note?: string | null
  /** The parcel, for `shipped` and `delivered`. */
  readonly fulfilmentId?: FulfilmentId
  /** The order that adds to it, for `added_to`. */
  readonly additionId?: OrderId
}

/** The event and the history entry that go with an order's new version. */
export function recordOrderChange(
  context: Pick<Context, 'ids'>,
  now: Date,
  order: Order,
  record: OrderRecord,
): { event: DomainEvent; history: OrderHistoryEntry } {
  const { status, paymentStatus, fulfilmentStatus, disputed } = order
  const states = { status, paymentStatus, fulfilmentStatus, disputed }
  const event = makeEvent(context, now, topics[record.change], { aggregateType: 'order', aggregateId: order.id, aggregateVersion: order.version }, {
    orderId: order.id,
    number: order.number,
    totalMinor: order.totalMinor,
    currency: order.currency,
    ...states,
    ...(order.addsTo === null ? {} : { addsTo: order.addsTo }),
    ...(record.fulfilmentId === undefined ? {} : { fulfilmentId: record.fulfilmentId }),
    ...(record.additionId === undefined ? {} : { additionId: record.additionId }),
  } as never)
  const { change, actor, note = null, fulfilmentId = null } = record
  return { event, history: { orderId: order.id, version: order.version, change, eventId: event.id, actor, note, fulfilmentId, at: now, ...states } }
}

/**
 * Saves an order's new version with its history entry and its event.
 *
 * @param after - made by `advanceOrder`.
 * @throws CONFLICT when somebody else saved first: the transaction must be given up.
 */
export async function saveOrder(context: Context, tx: StorageTransaction, after: Order, record: OrderRecord): Promise<void> {
  const { event, history } = recordOrderChange(context, tx.now, after, record)
  const [saved] = await Promise.all([tx.orders.save({ order: after, expectedVersion: after.version - 1, history }), tx.outbox.append([event])])
  if (saved === 'stale') throw new CommerceError('CONFLICT', { details: { object: 'order' } })
}
