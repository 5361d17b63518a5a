import { isCommerceError } from '@cartwright/core'
import { type Answer, address, answered, customer, readyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

export interface BuyerPlan {
  readonly name: string
  readonly sku: string
  readonly quantity: number
  readonly method: string
}

/** Lets every buyer fill a cart and pay, all at once. One who finds fewer units than wanted takes what is left, one who finds another total agrees to it. */
export function buyTask(racer: Racer, params: { readonly buyers: readonly BuyerPlan[] }): Promise<readonly Answer[]> {
  return Promise.all(params.buyers.map((buyer) => buy(racer, buyer)))
}

async function buy(racer: Racer, { name, sku, quantity, method }: BuyerPlan): Promise<Answer> {
  const { commerce, retrier } = racer
  const actor = customer(name)
  return answered(name, async () => {
    const { cartId } = await readyCart(racer, name, { [sku]: quantity })
    for (let attempt = 1; ; attempt += 1) {
      try {
        const quote = await retrier.run(() => commerce.checkout.quote({ actor, cartId, shippingAddress: address, shippingMethod: 'standard' }))
        const payment = { provider: 'fake', method }
        return await retrier.run(() => commerce.checkout.place({ actor, cartId, expectedTotal: quote.total, payment, idempotencyKey: `${name}-${attempt}` }))
      } catch (error) {
        if (isCommerceError(error, 'TOTAL_CHANGED')) continue
        if (!isCommerceError(error, 'OUT_OF_STOCK') || error.details.available < 1) throw error
        const { available } = error.details
        await retrier.run(() => commerce.carts.updateLine({ actor, cartId, sku, quantity: available }))
      }
    }
  })
}
