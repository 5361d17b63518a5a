import type { OrderStore, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/**
 * Queues a refund by what was read before, as a shop does that looks first and writes later: whoever looks at the same time sees the same money. The order is read
 * without its lock, and saved over whatever it has become.
 */
export function refundBeyondCapture(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const queueRefund: typeof tx.payments.queueRefund = async (refund) => ((await tx.payments.insertRefund(refund)) === 'exists' ? 'exists' : 'queued')
    return overlay(tx, { payments: overlay(tx.payments, { queueRefund }), orders: overlay(tx.orders, unguarded(tx.orders)) })
  })
}

function unguarded(orders: OrderStore): Pick<OrderStore, 'lock' | 'save'> {
  return {
    lock: ({ orderId }) => orders.find({ key: { id: orderId }, owner: { type: 'any' } }),
    save: async ({ order, history }) => {
      const version = ((await orders.find({ key: { id: order.id }, owner: { type: 'any' } }))?.version ?? 0) + 1
      return orders.save({ order: { ...order, version }, expectedVersion: version - 1, history: { ...history, version } })
    },
  }
}
