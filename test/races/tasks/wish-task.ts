import { type Commerce, isCommerceError } from '@cartwright/core'
import { customer } from './buyer.ts'
import type { Racer } from './racer-context.ts'

export type WishAct =
  | { readonly type: 'create' }
  | { readonly type: 'add'; readonly wishListId: string; readonly sku: string }
  | { readonly type: 'move'; readonly wishListId: string; readonly cartId: string }

/** What one customer does, so many times at once. */
export interface WishPlan {
  readonly customerId: string
  /** Of each act. */
  readonly times: number
  readonly acts: readonly WishAct[]
}

export interface WishOutcome {
  readonly type: WishAct['type']
  /** `done`, or the code of what refused it. */
  readonly outcome: string
}

export function wishTask({ commerce, retrier }: Racer, { plan }: { readonly plan: WishPlan }): Promise<readonly WishOutcome[]> {
  const actor = customer(plan.customerId)
  const once = async (act: WishAct): Promise<WishOutcome> => {
    try {
      await retrier.run(() => carryOut(commerce, actor, act))
      return { type: act.type, outcome: 'done' }
    } catch (error) {
      return { type: act.type, outcome: isCommerceError(error) ? error.code : String(error) }
    }
  }
  return Promise.all(plan.acts.flatMap((act) => Array.from({ length: plan.times }, () => once(act))))
}

function carryOut({ wishLists }: Commerce, actor: ReturnType<typeof customer>, act: WishAct): Promise<unknown> {
  switch (act.type) {
    case 'create':
      return wishLists.create({ actor, name: 'another' })
    case 'add':
      return wishLists.addItem({ actor, wishListId: act.wishListId, sku: act.sku })
    case 'move':
      return wishLists.moveToCart({ actor, wishListId: act.wishListId, cartId: act.cartId })
  }
}
