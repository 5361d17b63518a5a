import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { creditToReturn, keptCreditMinor, type OrderCredit } from '../credit/credit.ts'
import { refundCredit, refundToStoreCredit, standingCredit } from '../credit/order-credit.ts'
import { CommerceError } from '../errors.ts'
import type { OrderRefundId, ReturnId } from '../ids.ts'
import type { Dispute, Payment, Refund } from '../payments/payment.ts'
import { bookConverted, queueRefund } from '../payments/payment-writer.ts'
import { moneyOf, type OrderMoney, refundableMinor, returnStep } from '../payments/refund-rules.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import type { Order } from './order.ts'
import type { OrderFulfilmentEvent } from './order-machine.ts'
import type { OrderRefund } from './order-refund.ts'
import { chooseRefundUnits, planRefund, type RefundTerms, refundedLines, type WantedUnits } from './order-refund-rules.ts'
import { advanceOrder, unshipped } from './order-rules.ts'
import { saveOrder } from './order-writer.ts'
import { moveRefundedStock } from './refund-stock.ts'

export interface OrderRefundRequest extends RefundTerms {
  /** `original`: to where it came from, payments first. `store_credit`: all of it to the store credit of the order's customer. @default `original` */
  readonly to?: 'original' | 'store_credit' | undefined
  readonly units: readonly WantedUnits[]
  readonly reason: string
  readonly returnId: ReturnId | null
}

/**
 * Books a refund in the caller's transaction, which holds the order's lock: queues its money for the worker, oldest payment first, moves the stock of its units,
 * gives credit back where payments have not so much left, or all of it as store credit, and saves the order.
 *
 * @returns the refund, and the order as it is then.
 * @throws ORDER_CLOSED while the order is disputed, or for units and shipping of one that is not confirmed; NOTHING_TO_REFUND; REFUND_TOO_MUCH; INVALID_INPUT
 * for store credit of nobody; CONFLICT
 */
export async function bookOrderRefund(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  request: OrderRefundRequest,
  actor: ActorRecord,
): Promise<{ readonly refund: OrderRefund; readonly order: Order }> {
  const { units: wanted, reason, returnId, to = 'original', ...terms } = request
  requireRefundable(order, wanted.length > 0 || terms.shipping !== undefined)
  const money = await readMoney(tx, order)
  const units = chooseRefundUnits(order, wanted)
  const plan = planRefund(order, money.earlier, units, terms)
  const id = context.ids.next<OrderRefundId>()
  const refund: OrderRefund = { ...plan, id, orderId: order.id, returnId, currency: order.currency, reason, actor, createdAt: tx.now }
  await tx.orders.insertRefund(refund)
  const parts = refundParts(money, refund)
  if (to === 'original') await queueParts(context, tx, parts.payments, refund)
  else await convertParts(context, tx, parts.payments, refund)
  await moveRefundedStock(context, tx, order, units, { referenceId: id, note: reason })
  const atOnce = await giveCredit(context, tx, order, parts, refund, to)

  const lines = refundedLines(order, units)
  const fulfilment = await endingOf(tx, order, lines)
  const payment = atOnce === 0 ? undefined : returnStep(order, { ...money.total, returnedMinor: money.total.returnedMinor + atOnce })
  const move = { ...(fulfilment === undefined ? {} : { fulfilment }), ...(payment === undefined ? {} : { payment }) }
  const after = advanceOrder(order, move, tx.now, { lines })
  await saveOrder(context, tx, after, { change: atOnce > 0 && atOnce === refund.amountMinor ? 'refunded' : 'refund_queued', actor, note: reason })
  return { refund, order: after }
}

/** @throws ORDER_CLOSED while the order is disputed, or for goods of one that is not confirmed */
export function requireRefundable(order: Order, goods: boolean): void {
  if (order.disputed) throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: 'disputed' } })
  if (goods && order.status !== 'confirmed') throw new CommerceError('ORDER_CLOSED', { details: { orderId: order.id, status: order.status } })
}

/** An order's payments and credits, each with what may still be refunded of it, and its earlier refunds. */
export interface RefundableMoney {
  readonly parts: readonly PaymentPart[]
  readonly credits: readonly OrderCredit[]
  readonly leftMinor: number
  readonly total: OrderMoney
  readonly earlier: readonly OrderRefund[]
}

interface PaymentPart {
  readonly payment: Payment
  readonly leftMinor: number
}

export async function readMoney(from: Pick<StorageSnapshot, 'payments' | 'orders' | 'credit'>, order: Order): Promise<RefundableMoney> {
  const { id: orderId } = order
  const [paid, refunds, disputes, credits, earlier]: [
    readonly Payment[],
    readonly Refund[],
    readonly Dispute[],
    readonly OrderCredit[],
    readonly OrderRefund[],
  ] = await Promise.all([
    from.payments.ofOrder({ orderId }),
    from.payments.refundsOfOrder({ orderId }),
    from.payments.disputesOfOrder({ orderId }),
    standingCredit(from, order),
    from.orders.refunds({ orderId }),
  ])
  const parts = paid.map((payment) => ({ payment, leftMinor: refundableMinor(payment, refunds, disputes) }))
  const leftMinor = parts.reduce((sum, part) => sum + part.leftMinor, keptCreditMinor(credits))
  return { parts, credits, leftMinor, total: moneyOf(order, { payments: paid, refunds, disputes, credits }), earlier }
}

interface RefundParts {
  readonly payments: readonly { readonly payment: Payment; readonly amountMinor: number }[]
  /** What credit gives beside them. */
  readonly creditMinor: number
  readonly credits: readonly OrderCredit[]
}

/** What of a refund comes from which payment, oldest first, and what is left for credit. @throws REFUND_TOO_MUCH */
function refundParts({ parts, credits, leftMinor: refundable }: RefundableMoney, { orderId, amountMinor: requestedMinor }: OrderRefund): RefundParts {
  if (requestedMinor > refundable) throw new CommerceError('REFUND_TOO_MUCH', { details: { orderId, requestedMinor, refundableMinor: refundable } })
  let missing = requestedMinor
  const payments = parts.flatMap(({ payment, leftMinor }) => {
    const amountMinor = Math.min(missing, leftMinor)
    missing -= amountMinor
    return amountMinor === 0 ? [] : [{ payment, amountMinor }]
  })
  return { payments, creditMinor: missing, credits }
}

async function queueParts(context: Context, tx: StorageTransaction, parts: RefundParts['payments'], { id: orderRefundId, reason }: OrderRefund): Promise<void> {
  for (const { payment, amountMinor } of parts) {
    // A provider knows keys of all payments together.
    await queueRefund(context, tx, payment, { amountMinor, reason, idempotencyKey: `order-refund:${orderRefundId}:${payment.id}`, orderRefundId })
  }
}

async function convertParts(
  context: Context,
  tx: StorageTransaction,
  parts: RefundParts['payments'],
  { id: orderRefundId, reason }: OrderRefund,
): Promise<void> {
  for (const { payment, amountMinor } of parts) {
    await bookConverted(context, tx, payment, { amountMinor, reason, idempotencyKey: `order-refund:${orderRefundId}:${payment.id}`, orderRefundId })
  }
}

/** @returns what has gone back with that, in minor units: nothing has to be sent for it. */
async function giveCredit(
  context: Context,
  tx: StorageTransaction,
  order: Order,
  parts: RefundParts,
  refund: OrderRefund,
  to: 'original' | 'store_credit',
): Promise<number> {
  const { creditMinor, credits } = parts
  if (to === 'original') {
    if (creditMinor > 0) await refundCredit(context, tx, order, credits, { ...refund, amountMinor: creditMinor })
    return creditMinor
  }
  if (refund.amountMinor > 0) await refundToStoreCredit(context, tx, order, creditToReturn(credits, creditMinor), refund)
  return refund.amountMinor
}

/** The step of an order of which a part has been shipped and the rest is not to be shipped any more. */
async function endingOf(tx: StorageTransaction, order: Order, lines: Order['lines']): Promise<OrderFulfilmentEvent | undefined> {
  if (order.fulfilmentStatus !== 'partial' || lines.some((line) => unshipped(line) > 0)) return undefined
  const parcels = await tx.orders.fulfilments({ orderId: order.id })
  return parcels.every(({ status }) => status === 'delivered') ? 'end_delivered' : 'end_shipped'
}
