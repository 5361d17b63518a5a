import { type Answer, placeCart, type ReadyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

export interface PlacePlan {
  readonly who: string
  readonly cart: ReadyCart
  readonly method: string
  readonly idempotencyKey: string
  readonly email?: string
}

/** Places carts that are ready, all at once, and reports each answer as it comes. */
export function placeTask(racer: Racer, params: { readonly plans: readonly PlacePlan[] }): Promise<readonly Answer[]> {
  return Promise.all(
    params.plans.map(async ({ who, cart, method, idempotencyKey, email }) => {
      const answer = await placeCart(racer, who, cart, method, idempotencyKey, email)
      racer.report(answer)
      return answer
    }),
  )
}
