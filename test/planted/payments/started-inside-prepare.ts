import type { Order, PaymentProvider, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Asks the bank for the money inside the transaction that writes the order: when that is rolled back, the money is taken for nothing that exists. */
export function startedInsidePrepare(storage: Storage, provider: PaymentProvider): Storage {
  return withFault(storage, (tx) => {
    let placed: Order | undefined
    const orders = overlay(tx.orders, {
      insert: (params) => {
        placed = params.order
        return tx.orders.insert(params)
      },
    })
    const payments = overlay(tx.payments, {
      insert: async (params) => {
        await tx.payments.insert(params)
        if (placed === undefined) return
        const { id, amountMinor, currency, method, capture } = params.payment
        const subject = { paymentId: id, orderId: placed.id, orderNumber: placed.number, amount: { amountMinor, currency } }
        await provider.start({ ...subject, method, capture, idempotencyKey: `start:${id}`, signal: AbortSignal.timeout(10_000) })
      },
    })
    return overlay(tx, { orders, payments })
  })
}
