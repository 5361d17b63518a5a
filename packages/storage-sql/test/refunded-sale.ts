import type { Order, OrderRefund, OrderRefundId, Payment, StorageTransaction } from '@cartwright/core/ports'
import { mainLocation, minutes, moveOrder, movePayment, nextId, type OpenShop, orderLine, placeOrder, queueRefund, shipOrder } from './small-shop.ts'

export interface RefundedSale {
  readonly order: Order
  readonly payment: Payment
  readonly refund: OrderRefund
}

/** Sells three units, ships two, and gives back the money of one of each kind, with the shipping: the one that was not shipped is for sale again, the other came back. */
export async function sellAndRefund(shop: OpenShop): Promise<RefundedSale> {
  const placed = await shop.at(minutes(121), (tx) => placeOrder(tx, [orderLine('SKU-C', 3)]))
  const paid = await shop.at(minutes(122), async (tx) => {
    await tx.stock.commit({ reservationId: reservationOf(placed.order) })
    const payment = await movePayment(tx, placed.payment, 'captured', { capturedMinor: placed.order.totalMinor })
    return { order: await moveOrder(tx, placed.order, 'confirmed', { status: 'confirmed', paymentStatus: 'paid' }), payment }
  })
  const { order } = await shop.at(minutes(123), (tx) => shipOrder(tx, paid.order, 2, 'partial'))
  return shop.at(minutes(124), async (tx) => {
    const refund = refundOf(tx, order)
    await tx.orders.insertRefund(refund)
    await queueRefund(tx, paid.payment, { amountMinor: refund.amountMinor, orderRefundId: refund.id })
    await tx.stock.giveBack({ reservationId: reservationOf(order), sku: 'SKU-C', quantity: 1, first: 'held' })
    await putBack(tx, refund)
    const lines = order.lines.map((line) => ({ ...line, cancelledQuantity: 1, refundedQuantity: 2 }))
    return { order: await moveOrder(tx, order, 'refund_queued', { fulfilmentStatus: 'shipped', lines }), payment: paid.payment, refund }
  })
}

function refundOf(tx: StorageTransaction, { id: orderId, currency, lines: [line] }: Order): OrderRefund {
  if (line === undefined) throw new Error('the order has no line')
  const units = { orderLineId: line.id, quantity: 2, cancelledQuantity: 1, restockedQuantity: 1, amountMinor: 20, taxMinor: 0 }
  const actor = { type: 'admin', id: 'ops' } as const
  return {
    id: nextId<OrderRefundId>(),
    orderId,
    returnId: null,
    amountMinor: 27,
    shippingMinor: 7,
    currency,
    lines: [units],
    reason: 'too many',
    actor,
    createdAt: tx.now,
  }
}

async function putBack(tx: StorageTransaction, { id: referenceId, reason: note }: OrderRefund): Promise<void> {
  const entry = { entryId: nextId<string>(), sku: 'SKU-C', locationId: mainLocation, change: { by: 1 }, reason: 'returned', note, referenceId } as const
  await tx.stock.adjust({ ...entry, shortfall: 'refuse' })
}

function reservationOf({ reservationId }: Order) {
  if (reservationId === null) throw new Error('nothing is reserved for the order')
  return reservationId
}
