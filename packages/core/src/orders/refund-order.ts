import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CreditAccountId, OrderId, OrderLineId, OrderRefundId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { Refund } from '../payments/payment.ts'
import { sendRefund } from '../payments/send-refund.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { bookOrderRefund, type OrderRefundRequest, readMoney } from './book-order-refund.ts'
import type { Order } from './order.ts'
import type { OrderRefund } from './order-refund.ts'
import { nextUnitsMinor, shippingLeftMinor, unitsIn } from './order-refund-rules.ts'

/** A refund with the ways its money goes: one for each payment that it comes from. One that has `failed` left its money with the shop, to be refunded anew. */
export interface OrderRefundView extends OrderRefund {
  readonly refunds: readonly Refund[]
  /** What went to gift cards and store credit, at once. */
  readonly credits: readonly { readonly accountId: CreditAccountId; readonly amountMinor: number }[]
}

/** What may still be refunded of an order. */
export interface Refundable {
  readonly orderId: OrderId
  readonly currency: Currency
  /** In all, whatever the lines say: captured or paid by credit, less what was refunded or is about to be, and less what a dispute has taken or may take. */
  readonly refundableMinor: number
  /** True while a dispute is open: nothing is refunded then. */
  readonly disputed: boolean
  /** Of what was charged for shipping, its tax included. */
  readonly shippingMinor: number
  readonly lines: readonly {
    readonly orderLineId: OrderLineId
    readonly sku: string
    /** Units that were not shipped yet. */
    readonly unshipped: number
    /** Shipped units, those in returns apart. */
    readonly shipped: number
    /** What these units come to. */
    readonly amountMinor: number
  }[]
}

/** Books a refund under the order's lock. @throws NOT_FOUND, and as `bookOrderRefund` */
export async function refundOrder(
  context: Context,
  tx: StorageTransaction,
  orderId: OrderId,
  request: OrderRefundRequest,
  actor: ActorRecord,
): Promise<OrderRefundId> {
  const order = await tx.orders.lock({ orderId })
  if (order === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'order' } })
  return (await bookOrderRefund(context, tx, order, request, actor)).refund.id
}

/** Every refund of an order with the ways its money goes, oldest first. */
export async function viewRefunds({ orders, payments, credit }: RefundSource, orderId: OrderId): Promise<readonly OrderRefundView[]> {
  const [given, refunds, entries] = await Promise.all([orders.refunds({ orderId }), payments.refundsOfOrder({ orderId }), credit.entriesOfOrder({ orderId })])
  return given.map((refund) => ({
    ...refund,
    refunds: refunds.filter(({ orderRefundId }) => orderRefundId === refund.id),
    credits: entries.filter(({ orderRefundId }) => orderRefundId === refund.id).map(({ accountId, amountMinor }) => ({ accountId, amountMinor })),
  }))
}

type RefundSource = Pick<StorageSnapshot, 'orders' | 'payments' | 'credit'>

/** One refund of an order. @throws NOT_FOUND */
export async function viewRefund(from: RefundSource, orderId: OrderId, id: OrderRefundId): Promise<OrderRefundView> {
  const found = (await viewRefunds(from, orderId)).find((refund) => refund.id === id)
  if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'refund' } })
  return found
}

/** Tries at once to send what has just been booked. Never fails: what does not go now is the worker's. */
export async function sendQueued(context: Context, booked: OrderRefundView): Promise<OrderRefundView> {
  try {
    for (const refund of booked.refunds) if (refund.status === 'pending') await sendRefund(context, refund)
    return await context.storage.snapshot(context.clock.now(), (snapshot) => viewRefund(snapshot, booked.orderId, booked.id), { fresh: true })
  } catch (error) {
    context.logger.warn({ orderId: booked.orderId, orderRefundId: booked.id, error }, 'a refund could not be sent yet')
    return booked
  }
}

export async function readRefundable(snapshot: StorageSnapshot, order: Order): Promise<Refundable> {
  const { leftMinor, earlier } = await readMoney(snapshot, order)
  const lines = order.lines.map((line) => {
    const { unshipped, shipped } = unitsIn(line)
    return { orderLineId: line.id, sku: line.sku, unshipped, shipped, amountMinor: nextUnitsMinor(line, unshipped + shipped).amountMinor }
  })
  const { id: orderId, currency, disputed } = order
  return { orderId, currency, refundableMinor: leftMinor, disputed, shippingMinor: shippingLeftMinor(order, earlier), lines }
}
