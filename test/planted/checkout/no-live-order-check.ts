import { uuidV7Source } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

const ids = uuidV7Source()

/** Lets any number of orders come of one cart: it is never found ordered, and no constraint ties an order to it. */
export function noLiveOrderCheck(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const orders = overlay(tx.orders, {
      liveForCart: async () => undefined,
      insert: ({ order, history }) => tx.orders.insert({ order: { ...order, cartId: ids.next() }, history }),
    })
    const carts = overlay(tx.carts, { freeze: async () => 'frozen' as const, complete: async () => {} })
    return overlay(tx, { orders, carts })
  })
}
