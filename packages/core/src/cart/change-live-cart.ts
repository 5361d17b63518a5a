import type { OwnerFilter } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CartId } from '../ids.ts'
import type { Cart, CartView } from './cart.ts'
import { type CartCopy, isChangeable, isOutlived, staleSince, takenBack } from './cart-custody.ts'
import { type CartCommand, decideCart } from './cart-rules.ts'
import { cartView, type Goods, readGoods, withSeenPrices } from './cart-view.ts'
import type { LiveCarts } from './live-carts.ts'

/** A change that a buyer wants made to a cart. */
export interface CartChange {
  readonly cartId: CartId
  readonly owner: OwnerFilter
  /** What the change is about, beside the lines there are. */
  readonly skus: readonly string[]
  readonly command: (goods: Goods) => CartCommand
}

/** `again`: somebody else was first; `stored`: the change is to be made in the database. */
export type LiveChange = CartView | 'again' | 'stored'

/**
 * Tries once to change a cart in the live store: reads the copy, decides, saves by compare-and-set. The database is only read, in the snapshot that prices the
 * cart, to learn whether the copy still counts. A cart that is not there is lent by the database first.
 *
 * Should the live store not answer when the change is saved, the cart is taken back by the database as it was to become: whether or not the change has arrived
 * over there, it is made once.
 *
 * @throws what `decideCart` throws
 */
export async function changeLiveCart(context: Context, live: LiveCarts, change: CartChange): Promise<LiveChange> {
  const found = await live.find(change)
  if (found.answer === 'away') return 'stored'
  if (found.answer === 'missing') return lent(context, live, change)

  const { copy } = found
  const { now, stored, goods } = await readBeside(context, copy, change.skus)
  if (stored !== undefined && isOutlived(copy, stored)) await live.drop({ cartId: change.cartId, seen: copy })
  if (!isChangeable(copy, stored)) return lent(context, live, change)
  return save(context, live, copy, now, goods, change)
}

/** Has the cart lent to the live store, and changes it there. What was lost with the live store is lost: the answer says since when. */
async function lent(context: Context, live: LiveCarts, change: CartChange): Promise<LiveChange> {
  const { storage, clock } = context
  const before = await storage.transaction(clock.now(), async (tx) => {
    const stored = await tx.carts.findCopy(change)
    const copy = stored && (await tx.carts.lend(change))
    return stored && copy && { stored, copy }
  })
  if (before === undefined) return 'stored'
  const brought = await live.put(before.copy)
  if (brought === 'away') return 'stored'
  // There before: somebody else brought it, and may have changed it since.
  if (brought === 'there') return 'again'
  const { now, stored, goods } = await readBeside(context, before.copy, change.skus)
  // Lent to somebody else since, who may have taken it home before this copy was brought.
  if (!isChangeable(before.copy, stored)) return 'again'
  const changed = await save(context, live, before.copy, now, goods, change)
  return typeof changed === 'string' ? changed : { ...changed, staleSince: staleSince(before.stored) }
}

/** Reads what the cart is priced by, and what the database has of it, in one snapshot. */
function readBeside({ storage, clock }: Context, { cart }: CartCopy, skus: readonly string[]) {
  return storage.snapshot(
    clock.now(),
    async (snapshot) => {
      const [stored, goods] = await Promise.all([
        snapshot.carts.findCopy({ cartId: cart.id, owner: { type: 'any' } }),
        readGoods(snapshot, cart, [...new Set([...skus, ...cart.lines.map(({ sku }) => sku)])]),
      ])
      return { now: snapshot.now, stored, goods }
    },
    { fresh: true },
  )
}

async function save(context: Context, live: LiveCarts, copy: CartCopy, now: Date, goods: Goods, { command, skus }: CartChange): Promise<LiveChange> {
  const { limits, timing } = context
  const decided = decideCart(copy.cart, command(goods), now, { limits, cartTtlMs: timing.cartTtlMs })
  if (decided === copy.cart) return cartView(decided, now, goods)
  const changed = withSeenPrices(decided, skus, goods)
  await context.probe('cart.saving')
  const saved = await live.save({ copy: { cart: changed, custody: copy.custody }, expectedVersion: copy.cart.version })
  if (saved === 'stale') return 'again'
  if (saved === 'away') await takeBack(context, copy, changed)
  await context.probe('cart.saved')
  return cartView(changed, now, goods)
}

/** @throws CONFLICT when the cart has gone on meanwhile, with the change or without it */
async function takeBack({ storage, clock }: Context, { custody }: CartCopy, changed: Cart): Promise<void> {
  const done = await storage.transaction(clock.now(), async (tx) => {
    const written = await tx.carts.keep({ copies: [{ cart: changed, custody: takenBack(custody) }] })
    if (written.has(changed.id)) return true
    const stored = await tx.carts.findCopy({ cartId: changed.id, owner: { type: 'any' } })
    // The change had arrived after all, and was copied.
    return stored?.cart.version === changed.version && stored.cart.updatedAt.getTime() === changed.updatedAt.getTime()
  })
  if (!done) throw new CommerceError('CONFLICT', { details: { object: 'cart' } })
}
