import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import type { LocationId, OrderId, ReservationId } from '../ids.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { closeOrder } from '../orders/close-order.ts'
import { isLive } from '../orders/order.ts'
import { queueFullRefund } from '../payments/payment-writer.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { AuditCheckId } from './audit-store.ts'

/** What a check names of an offender. */
export type Offender = Readonly<Record<string, unknown>>

/** The one safe thing to do about one kind of offender. */
export interface Mend {
  readonly check: AuditCheckId
  /** What it does, for a report. */
  readonly what: string
  readonly fits: (offender: Offender) => boolean
  /** Does it, in transactions of its own, after looking again. @returns false when there is nothing to do any more. */
  readonly apply: (context: Context, offender: Offender) => Promise<boolean>
}

const system: ActorRecord = { type: 'system', id: null }
const reason = 'found by the audit'

/** Every offence that has one safe mend, in the order in which they are mended: what frees units comes before what counts them. */
export const mends: readonly Mend[] = [
  {
    check: 'I14',
    what: 'the order expires, and its stock is given back',
    fits: ({ problem }) => problem === 'order pending past its time',
    apply: async (context, { orderId }) => {
      const { status } = await closeOrder(context, { orderId: orderId as OrderId, event: 'expire', confirmedToo: false, actor: system, reason })
      return status === 'expired'
    },
  },
  {
    check: 'I14',
    what: 'the hold expires, and its units are free again',
    fits: ({ problem }) => problem === 'hold past its expiry',
    apply: (context, offender) => write(context, (tx) => expireHold(context, tx, offender)),
  },
  {
    check: 'I14',
    what: 'the reservation is released where its order is over, committed where it is confirmed',
    fits: ({ problem, orderId, orderStatus }) => problem === 'not what its order needs' && orderId !== null && orderStatus !== 'pending',
    apply: (context, offender) => write(context, (tx) => followOrder(context, tx, offender)),
  },
  {
    check: 'I2',
    what: 'the level’s reserved units are counted anew from its reservations',
    fits: () => true,
    apply: (context, offender) => write(context, (tx) => recount(context, tx, offender)),
  },
  {
    check: 'I7',
    what: 'the return of the money is queued, or what is only authorised let go',
    fits: ({ status }) => status === 'cancelled' || status === 'expired',
    apply: (context, offender) => write(context, (tx) => giveBack(context, tx, offender)),
  },
  {
    check: 'I18',
    what: 'the key is finished with what its call had written',
    fits: ({ problem, step }) => problem === 'abandoned' && step !== null,
    apply: (context) => write(context, async (tx) => (await tx.idempotency.finishAbandoned({ limit: 1_000 })) > 0),
  },
]

function write<T>(context: Context, work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
  return context.storage.transaction(context.clock.now(), work)
}

/** Holds expire oldest first, so those due before it expire too. True as well for one that another has just ended: it is over, as it should be. */
async function expireHold(context: Context, tx: StorageTransaction, { reservationId }: Offender): Promise<boolean> {
  const { expired, changes } = await tx.stock.expireDue({ limit: 1_000 })
  await availabilityChanged(context, tx, changes)
  return expired.some((id) => id === reservationId) || (await tx.stock.findReservation({ reservationId: reservationId as ReservationId }))?.status === 'expired'
}

async function followOrder(context: Context, tx: StorageTransaction, { orderId }: Offender): Promise<boolean> {
  const order = await tx.orders.lock({ orderId: orderId as OrderId })
  if (order === undefined || order.reservationId === null) return false
  const { reservationId } = order
  const reservation = await tx.stock.findReservation({ reservationId })
  if (reservation?.holder.type !== 'order' || reservation.holder.id !== order.id) return false
  const over = !isLive(order.status)
  if (!over && order.status !== 'confirmed') return false
  const moved = await (over ? tx.stock.release({ reservationId }) : tx.stock.commit({ reservationId }))
  if (moved.outcome === 'unchanged') return false
  await availabilityChanged(context, tx, moved.changes)
  return true
}

async function recount(context: Context, tx: StorageTransaction, { sku, locationId }: Offender): Promise<boolean> {
  const counted = await tx.stock.recount({ sku: String(sku), locationId: locationId as LocationId })
  if (counted.outcome !== 'recounted') return false
  await availabilityChanged(context, tx, [counted.change])
  return true
}

async function giveBack(context: Context, tx: StorageTransaction, { orderId }: Offender): Promise<boolean> {
  const order = await tx.orders.lock({ orderId: orderId as OrderId })
  if (order === undefined || isLive(order.status)) return false
  let queued = false
  for (const payment of await tx.payments.ofOrder({ orderId: order.id })) {
    if ((await queueFullRefund(context, tx, payment, reason)) !== undefined) queued = true
    if (payment.authorisedMinor === 0) continue
    await tx.payments.schedule({ paymentId: payment.id, nextCheckAt: tx.now })
    queued = true
  }
  return queued
}
