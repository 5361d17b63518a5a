import { isCommerceError } from '@cartwright/core'
import { customer, type ReadyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** A second tab that puts one more unit into each cart, all at once. @returns `added`, or the code of the refusal, for each cart. */
export function editTask({ commerce, retrier }: Racer, params: { readonly carts: readonly ReadyCart[]; readonly sku: string }): Promise<readonly string[]> {
  return Promise.all(
    params.carts.map(async ({ customerId, cartId }) => {
      try {
        await retrier.run(() => commerce.carts.addLine({ actor: customer(customerId), cartId, sku: params.sku, quantity: 1 }))
        return 'added'
      } catch (error) {
        return isCommerceError(error) ? error.code : String(error)
      }
    }),
  )
}
