import { isCommerceError } from '@cartwright/core'
import { type Answer, customer, placeCart, type ReadyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** What somebody does with a cart. */
export interface HoldPlan {
  readonly cart: ReadyCart
  /** How often it is held, all at once. */
  readonly holds: number
  /** Whether it is placed afterwards, unless a hold was refused. */
  readonly places: boolean
}

export interface HoldOutcome {
  readonly cartId: string
  /** `held`, or the code of what refused it, one a hold. */
  readonly holds: readonly string[]
  readonly placed: Answer | null
}

/** Everybody at once. */
export function holdTask(racer: Racer, { plans }: { readonly plans: readonly HoldPlan[] }): Promise<readonly HoldOutcome[]> {
  return Promise.all(plans.map((plan) => carriedOut(racer, plan)))
}

async function carriedOut(racer: Racer, { cart, holds, places }: HoldPlan): Promise<HoldOutcome> {
  const { customerId, cartId } = cart
  const asked = await Promise.all(Array.from({ length: holds }, () => held(racer, cart)))
  const goesOn = places && asked.every((outcome) => outcome === 'held')
  const placed = goesOn ? await placeCart(racer, customerId, cart, { method: 'card_ok', idempotencyKey: `key-${cartId}` }) : null
  return { cartId, holds: asked, placed }
}

async function held({ commerce, retrier }: Racer, { customerId, cartId }: ReadyCart): Promise<string> {
  try {
    await retrier.run(() => commerce.carts.hold({ actor: customer(customerId), cartId }))
    return 'held'
  } catch (error) {
    return isCommerceError(error) ? error.code : String(error)
  }
}
