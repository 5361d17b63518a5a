import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { OrderRefundId, ReturnId } from '../ids.ts'
import type { Dispute, Payment, Refund } from '../payments/payment.ts'
import { queueRefund } from '../payments/payment-writer.ts'
import { refundableMinor } from '../payments/refund-rules.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import type { Order } from './order.ts'
import type { OrderFulfilmentEvent } from './order-machine.ts'
import type { OrderRefund } from './order-refund.ts'
import { chooseRefundUnits, planRefund, type RefundTerms, refundedLines, type WantedUnits } from './order-refund-rules.ts'
import { advanceOrder, unshipped } from './order-rules.ts'
import { saveOrder } from './order-writer.ts'
import { moveRefundedStock } from './refund-stock.ts'

export interface OrderRefundRequest extends RefundTerms {
  readonly units: readonly WantedUnits[]
  readonly reason: string
  readonly returnId: ReturnId | null
}

/**
 * Books a refund in the caller's transaction, which holds the order's lock: queues its money for the worker, oldest payment first, moves the stock of its units and
 * saves the order.
 *
 * @returns the refund, and the order as it is then.
 * @throws ORDER_CLOSED while the order is disputed, or for units and shipping of one that is not confirmed; NOTHING_TO_REFUND; REFUND_TOO_MUCH; CONFLICT
 */
export async function bookOrderRefund(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  request: OrderRefundRequest,
  actor: ActorRecord,
): Promise<{ readonly refund: OrderRefund; readonly order: Order }> {
  const { units: wanted, reason, returnId, ...terms } = request
  requireRefundable(order, wanted.length > 0 || terms.shipping !== undefined)
  const money = await readMoney(tx, order)
  const units = chooseRefundUnits(order, wanted)
  const plan = planRefund(order, money.earlier, units, terms)
  const id = context.ids.next<OrderRefundId>()
  const refund: OrderRefund = { ...plan, id, orderId: order.id, returnId, currency: order.currency, reason, actor, createdAt: tx.now }
  await tx.orders.insertRefund(refund)
  await queueParts(context, tx, money, refund)
  await moveRefundedStock(context, tx, order, units, { referenceId: id, note: reason })

  const lines = refundedLines(order, units)
  const fulfilment = await endingOf(tx, order, lines)
  const after = advanceOrder(order, fulfilment === undefined ? {} : { fulfilment }, tx.now, { lines })
  await saveOrder(context, tx, after, { change: 'refund_queued', actor, note: reason })
  return { refund, order: after }
}

/** @throws ORDER_CLOSED while the order is disputed, or for goods of one that is not confirmed */
export function requireRefundable(order: Order, goods: boolean): void {
  if (order.disputed) throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: 'disputed' } })
  if (goods && order.status !== 'confirmed') throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
}

/** An order's payments, each with what may still be refunded of it, and its earlier refunds. */
export interface RefundableMoney {
  readonly parts: readonly { readonly payment: Payment; readonly leftMinor: number }[]
  readonly leftMinor: number
  readonly earlier: readonly OrderRefund[]
}

export async function readMoney({ payments, orders }: Pick<StorageSnapshot, 'payments' | 'orders'>, { id: orderId }: Order): Promise<RefundableMoney> {
  const [paid, refunds, disputes, earlier]: [readonly Payment[], readonly Refund[], readonly Dispute[], readonly OrderRefund[]] = await Promise.all([
    payments.ofOrder({ orderId }),
    payments.refundsOfOrder({ orderId }),
    payments.disputesOfOrder({ orderId }),
    orders.refunds({ orderId }),
  ])
  const parts = paid.map((payment) => ({ payment, leftMinor: refundableMinor(payment, refunds, disputes) }))
  return { parts, leftMinor: parts.reduce((sum, { leftMinor }) => sum + leftMinor, 0), earlier }
}

/** @throws REFUND_TOO_MUCH */
async function queueParts(context: Context, tx: StorageTransaction, money: RefundableMoney, refund: OrderRefund): Promise<void> {
  const { id: orderRefundId, orderId, amountMinor: requestedMinor, reason } = refund
  if (requestedMinor > money.leftMinor) {
    throw new CommerceError('REFUND_TOO_MUCH', { details: { orderId, requestedMinor, refundableMinor: money.leftMinor } })
  }
  let missing = requestedMinor
  for (const { payment, leftMinor } of money.parts) {
    const amountMinor = Math.min(missing, leftMinor)
    if (amountMinor === 0) continue
    // A provider knows keys of all payments together.
    await queueRefund(context, tx, payment, { amountMinor, reason, idempotencyKey: `order-refund:${orderRefundId}:${payment.id}`, orderRefundId })
    missing -= amountMinor
  }
}

/** The step of an order of which a part has been shipped and the rest is not to be shipped any more. */
async function endingOf(tx: StorageTransaction, order: Order, lines: Order['lines']): Promise<OrderFulfilmentEvent | undefined> {
  if (order.fulfilmentStatus !== 'partial' || lines.some((line) => unshipped(line) > 0)) return undefined
  const parcels = await tx.orders.fulfilments({ orderId: order.id })
  return parcels.every(({ status }) => status === 'delivered') ? 'end_delivered' : 'end_shipped'
}
