import type { OrderStore } from '@cartwright/core/ports'
import type { SqlSession } from '../engine/session.ts'
import { findFulfilment, insertFulfilment, listFulfilments, saveFulfilment } from './fulfilment-store.ts'
import { findOrder, listOrders, liveOrderForCart, lockOrder, orderHistory, ordersDueForExpiry } from './order-reads.ts'
import { insertOrder, saveOrder } from './order-writes.ts'

/** A parcel names no buyer: staff see at once what they did to it, and the buyer with the order, which is saved when a parcel moves it on. */
const unnamed = { customerId: null, guestTokenHash: null }

/** Orders, their lines, histories and parcels, in the tables `orders`, `order_lines`, `order_history`, `fulfilments` and `fulfilment_lines`. */
export function sqlOrderStore(session: SqlSession): OrderStore {
  return {
    find: ({ key, owner }) => findOrder(session, key, owner),
    list: (query) => listOrders(session, query),
    liveForCart: ({ cartId }) => liveOrderForCart(session, cartId),
    history: ({ orderId }) => orderHistory(session, orderId),
    fulfilments: ({ orderId }) => listFulfilments(session, orderId),
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
