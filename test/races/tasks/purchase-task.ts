import { type Answer, placeCart, type ReadyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

export interface PurchasePlan {
  readonly cart: ReadyCart
  readonly method: string
  readonly idempotencyKey: string
  /** What follows the placing: nothing, or a cancellation by staff, which refunds what was paid. */
  readonly after: 'nothing' | 'cancel'
}

/** One buyer, one order, step by step: what is killed at each step in turn. */
export async function purchaseTask(racer: Racer, { cart, method, idempotencyKey, after }: PurchasePlan): Promise<Answer> {
  const placed = await placeCart(racer, cart.customerId, cart, method, idempotencyKey)
  const { orderId } = placed
  if (after === 'cancel' && orderId !== null) {
    await racer.retrier.run(() => racer.commerce.checkout.cancel({ actor: { type: 'admin', id: 'ops' }, orderId, reason: 'changed my mind' }))
  }
  return placed
}
