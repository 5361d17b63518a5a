import type { EventId, Order, OrderRefund, OrderRefundId, Payment, Return, ReturnId, StorageTransaction } from '@cartwright/core/ports'
import { mainLocation, minutes, moveOrder, movePayment, nextId, type OpenShop, orderLine, placeOrder, queueRefund, shipOrder } from './small-shop.ts'

const refunder = { type: 'admin', id: 'ops' } as const

export interface RefundedSale {
  readonly order: Order
  readonly payment: Payment
  readonly refund: OrderRefund
  /** Of the other shipped unit: it has come, and lies on the shelf, and its money has not gone back yet. */
  readonly returned: Return
}

/**
 * Sells three units, ships two, and gives back the money of one of each kind, with the shipping: the one that was not shipped is for sale again, the other came
 * back. The third is sent back too, and has arrived.
 */
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
    const after = await moveOrder(tx, order, 'refund_queued', { fulfilmentStatus: 'shipped', lines })
    return { ...(await takeBack(tx, after)), payment: paid.payment, refund }
  })
}

async function takeBack(tx: StorageTransaction, order: Order): Promise<Pick<RefundedSale, 'order' | 'returned'>> {
  const [line] = order.lines
  if (line === undefined) throw new Error('the order has no line')
  const units = { orderLineId: line.id, quantity: 1, reason: 'damaged', note: null, receivedQuantity: 0, restockedQuantity: 0 } as const
  const times = { createdAt: tx.now, updatedAt: tx.now }
  const asked: Return = { id: nextId<ReturnId>(), orderId: order.id, status: 'requested', lines: [units], rejection: null, ...times, version: 1 }
  const step = async (returned: Return) => {
    const history = { returnId: returned.id, version: returned.version, status: returned.status, eventId: nextId<EventId>(), actor: refunder, at: tx.now }
    const { id: returnId, orderId, status } = returned
    const subject = { aggregateType: 'return', aggregateId: returnId, aggregateVersion: returned.version } as const
    await tx.outbox.append([{ id: history.eventId, topic: 'return.changed', ...subject, payload: { returnId, orderId, status }, occurredAt: tx.now }])
    return history
  }
  await tx.returns.insert({ returned: asked, history: await step(asked) })
  const approved: Return = { ...asked, status: 'approved', version: 2 }
  await tx.returns.save({ returned: approved, expectedVersion: 1, history: await step(approved) })
  const returned: Return = { ...approved, status: 'received', lines: [{ ...units, receivedQuantity: 1, restockedQuantity: 1 }], version: 3 }
  await tx.returns.save({ returned, expectedVersion: 2, history: await step(returned) })
  await putBack(tx, { id: returned.id, reason: 'returned' })
  const lines = order.lines.map((sold) => ({ ...sold, returningQuantity: 1 }))
  return { order: await moveOrder(tx, order, 'return_received', { lines }), returned }
}

function refundOf(tx: StorageTransaction, { id: orderId, currency, lines: [line] }: Order): OrderRefund {
  if (line === undefined) throw new Error('the order has no line')
  const units = { orderLineId: line.id, quantity: 2, cancelledQuantity: 1, restockedQuantity: 1, amountMinor: 20, taxMinor: 0, includedTaxMinor: 3 }
  return {
    id: nextId<OrderRefundId>(),
    orderId,
    returnId: null,
    amountMinor: 27,
    shippingMinor: 7,
    currency,
    lines: [units],
    reason: 'too many',
    actor: refunder,
    createdAt: tx.now,
  }
}

async function putBack(tx: StorageTransaction, { id: referenceId, reason: note }: { readonly id: string; readonly reason: string }): Promise<void> {
  const entry = { entryId: nextId<string>(), sku: 'SKU-C', locationId: mainLocation, change: { by: 1 }, reason: 'returned', note, referenceId } as const
  await tx.stock.adjust({ ...entry, shortfall: 'refuse' })
}

function reservationOf({ reservationId }: Order) {
  if (reservationId === null) throw new Error('nothing is reserved for the order')
  return reservationId
}
