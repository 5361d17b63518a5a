import { transition } from '../transition-table.ts'
import type { Order, OrderLine } from './order.ts'
import {
  type OrderEvent,
  type OrderFulfilmentEvent,
  type OrderPaymentEvent,
  orderFulfilmentMachine,
  orderMachine,
  orderPaymentMachine,
} from './order-machine.ts'

/** The steps of one change, one for each machine it moves. */
export interface OrderMove {
  readonly status?: OrderEvent
  readonly payment?: OrderPaymentEvent
  readonly fulfilment?: OrderFulfilmentEvent
}

type OrderPatch = Partial<Pick<Order, 'reservationId' | 'expiresAt' | 'lines' | 'disputed' | 'shippingAddress'>>

/**
 * The order after a change: states moved by their tables, version one higher, no expiry unless pending.
 *
 * @throws ILLEGAL_TRANSITION
 */
export function advanceOrder(order: Order, move: OrderMove, now: Date, patch: OrderPatch = {}): Order {
  const status = move.status === undefined ? order.status : transition(orderMachine, order.status, move.status)
  return {
    ...order,
    ...patch,
    status,
    paymentStatus: move.payment === undefined ? order.paymentStatus : transition(orderPaymentMachine, order.paymentStatus, move.payment),
    fulfilmentStatus: move.fulfilment === undefined ? order.fulfilmentStatus : transition(orderFulfilmentMachine, order.fulfilmentStatus, move.fulfilment),
    expiresAt: status === 'pending' ? (patch.expiresAt ?? order.expiresAt) : null,
    updatedAt: now,
    version: order.version + 1,
  }
}

/** Units of a line that are still to be shipped. */
export function unshipped(line: OrderLine): number {
  return line.quantity - line.fulfilledQuantity - line.cancelledQuantity
}

/** Units of a line that the buyer has, or will have, and has neither been refunded nor announced to send back. */
export function keptByBuyer(line: OrderLine): number {
  return line.fulfilledQuantity - (line.refundedQuantity - line.cancelledQuantity) - line.returningQuantity
}

/** True when nothing has left the building. */
export function isUnshipped(order: Order): boolean {
  return order.lines.every((line) => line.fulfilledQuantity === 0)
}
