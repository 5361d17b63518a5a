import type { Order, OrderId, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Adds to an order as it was when it was quoted: to one that was cancelled or sent since, too. */
export function addedFromMemory(storage: Storage): Storage {
  const known = new Map<OrderId, Order>()
  return withFault(
    storage,
    (tx) => {
      let placing = false
      const carts = overlay(tx.carts, {
        freeze: (params) => {
          placing = true
          return tx.carts.freeze(params)
        },
      })
      const orders = overlay(tx.orders, {
        lock: async (params) => (placing ? known.get(params.orderId) : undefined) ?? tx.orders.lock(params),
        save: async (params) => {
          const saved = await tx.orders.save(params)
          return placing && known.has(params.order.id) ? 'saved' : saved
        },
      })
      return overlay(tx, { carts, orders })
    },
    (snapshot) => {
      const orders = overlay(snapshot.orders, {
        find: async (params) => {
          const order = await snapshot.orders.find(params)
          if (order?.status === 'confirmed' && order.fulfilmentStatus === 'none') known.set(order.id, order)
          return order
        },
      })
      return overlay(snapshot, { orders })
    },
  )
}
