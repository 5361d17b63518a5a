import { type Answer, answered, placeCart, type ReadyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

export interface PurchasePlan {
  readonly cart: ReadyCart
  readonly method: string
  readonly capture?: 'automatic' | 'manual'
  readonly idempotencyKey: string
  /**
   * What follows the placing: nothing; a cancellation by staff, which refunds what was paid; a capture of what was authorised; another card for the same order; or a second checkout of
   * the same cart, which supersedes the first.
   */
  readonly after: 'nothing' | 'cancel' | 'capture' | 'another card' | 'another checkout'
}

const staff = { type: 'admin', id: 'ops' } as const

/** One buyer, one order, step by step: what is killed at each step in turn. */
export async function purchaseTask(racer: Racer, { cart, method, capture, idempotencyKey, after }: PurchasePlan): Promise<Answer> {
  const { commerce, retrier } = racer
  const placed = await placeCart(racer, cart.customerId, cart, { method, ...(capture === undefined ? {} : { capture }), idempotencyKey })
  const { orderId } = placed
  if (orderId === null || after === 'nothing') return placed
  if (after === 'another checkout') return placeCart(racer, cart.customerId, cart, { method: 'card_ok', idempotencyKey: `${idempotencyKey}-again` })
  if (after === 'another card') {
    const payment = { provider: 'fake', method: 'card_ok' }
    return answered(cart.customerId, () =>
      retrier.run(() => commerce.checkout.resume({ actor: staff, orderId, payment, idempotencyKey: `${idempotencyKey}-again` })),
    )
  }
  if (after === 'capture') await retrier.run(() => commerce.payments.capture({ actor: staff, orderId }))
  else await retrier.run(() => commerce.checkout.cancel({ actor: staff, orderId, reason: 'changed my mind' }))
  return placed
}
