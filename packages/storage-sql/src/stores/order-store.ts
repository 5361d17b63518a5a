import type { OrderStore } from '@cartwright/core/ports'
import type { SqlSession } from '../engine/session.ts'
import { findFulfilment, insertFulfilment, listFulfilments, saveFulfilment } from './fulfilment-store.ts'
import { findOrder, listAdditions, listOrders, liveOrderForCart, lockOrder, orderHistory, ordersDueForExpiry } from './order-reads.ts'
import { insertOrderRefund, listOrderRefunds } from './order-refund-store.ts'
import { insertOrder, saveOrder, saveShippingAddress } from './order-writes.ts'

/** A parcel and a refund name no buyer: staff see at once what they did, and the buyer with the order, which is saved with it. */
const unnamed = { customerId: null, guestTokenHash: null }

/** Orders, their lines, histories and parcels, their refunds, in the tables `orders`, `order_lines`, `order_history`, `fulfilments`, `fulfilment_lines`, `order_refunds` and `order_refund_lines`. */
export function sqlOrderStore(session: SqlSession): OrderStore {
  return {
    find: ({ key, owner }) => findOrder(session, key, owner),
    list: (query) => listOrders(session, query),
    liveForCart: ({ cartId }) => liveOrderForCart(session, cartId),
    additions: ({ orderIds }) => listAdditions(session, orderIds),
    history: ({ orderId }) => orderHistory(session, orderId),
    fulfilments: ({ orderId }) => listFulfilments(session, orderId),
    refunds: ({ orderId }) => listOrderRefunds(session, orderId),
    dueForExpiry: ({ limit }) => ordersDueForExpiry(session, limit),
    lock: ({ orderId }) => lockOrder(session, orderId),
    insert: ({ order, history }) => {
      session.changes(order)
      return insertOrder(session, order, history)
    },
    save: ({ order, expectedVersion, history }) => {
      session.changes(order)
      return saveOrder(session, order, expectedVersion, history)
    },
    saveShippingAddress: (params) => {
      session.changes(unnamed)
      return saveShippingAddress(session, params)
    },
    insertRefund: (refund) => {
      session.changes(unnamed)
      return insertOrderRefund(session, refund)
    },
    insertFulfilment: (fulfilment) => {
      session.changes(unnamed)
      return insertFulfilment(session, fulfilment)
    },
    findFulfilment: ({ fulfilmentId }) => findFulfilment(session, fulfilmentId),
    saveFulfilment: ({ fulfilment, expectedVersion }) => {
      session.changes(unnamed)
      return saveFulfilment(session, fulfilment, expectedVersion)
    },
  }
}
