import { type Answer, type Placing, placeCart, type ReadyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

export interface PlacePlan extends Placing {
  readonly who: string
  readonly cart: ReadyCart
}

/** Places carts that are ready, all at once, and reports each answer as it comes. */
export function placeTask(racer: Racer, params: { readonly plans: readonly PlacePlan[] }): Promise<readonly Answer[]> {
  return Promise.all(
    params.plans.map(async ({ who, cart, ...placing }) => {
      const answer = await placeCart(racer, who, cart, placing)
      racer.report(answer)
      return answer
    }),
  )
}
