import type { OwnerFilter } from '../actor.ts'
import type { Context } from '../context.ts'
import type { CartId } from '../ids.ts'
import { type CartCopy, isChangeable, isOutlived } from './cart-custody.ts'
import type { LiveCarts } from './live-carts.ts'

/** Which cart, and who may see it. */
export interface CartSought {
  readonly cartId: CartId
  readonly owner: OwnerFilter
}

/**
 * Has the database take a cart back from the live store as it is now, so that a transaction can change it together with others. Whoever wants to change it
 * afterwards has it lent anew, which shows in its custody.
 *
 * It leaves the live store only as it was seen there, so that no change is lost. One that is lent and not there, because it was lost or is only now being brought,
 * is lent once more first, so that nobody can go on with it who was lent it earlier.
 *
 * @returns `home` when the database has it; `away` when the live store does not answer, so that the stored cart counts; `again` when somebody was faster.
 */
export async function bringCartHome(context: Context, live: LiveCarts, sought: CartSought): Promise<'home' | 'away' | 'again'> {
  const { storage, clock } = context
  const found = await live.find(sought)
  if (found.answer === 'away') return 'away'
  const owner = found.answer === 'here' ? ({ type: 'any' } as const) : sought.owner
  const stored = await storage.snapshot(clock.now(), ({ carts }) => carts.findCopy({ cartId: sought.cartId, owner }), { fresh: true })
  if (found.answer === 'here' && isChangeable(found.copy, stored)) return leave(context, live, sought, found.copy)
  if (found.answer === 'here' && stored !== undefined && isOutlived(found.copy, stored)) {
    await live.drop({ cartId: sought.cartId, seen: found.copy })
    return 'again'
  }
  if (stored === undefined || stored.custody.loan === 0) return 'home'
  const lent = await storage.transaction(clock.now(), ({ carts }) => carts.lend(sought))
  // Closed, or somebody else's by now.
  if (lent === undefined) return 'home'
  return (await live.put(lent)) === 'away' ? 'away' : 'again'
}

async function leave({ storage, clock, probe }: Context, live: LiveCarts, sought: CartSought, copy: CartCopy): Promise<'home' | 'again'> {
  await storage.transaction(clock.now(), ({ carts }) => carts.keep({ copies: [copy] }))
  await probe('cart.leaving')
  await live.drop({ cartId: sought.cartId, seen: copy })
  // It went only if it was still as it was seen.
  if ((await live.find(sought)).answer === 'here') return 'again'
  return (await storage.transaction(clock.now(), ({ carts }) => carts.recall(copy))) ? 'home' : 'again'
}
