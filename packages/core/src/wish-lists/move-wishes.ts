import type { Actor } from '../actor.ts'
import type { CartLine, CartView } from '../cart/cart.ts'
import { readGoods } from '../cart/cart-view.ts'
import type { Context } from '../context.ts'
import { CommerceError, type LineProblem } from '../errors.ts'
import type { CartId } from '../ids.ts'
import type { OwnWishList } from './wish-list-store.ts'
import { viewWish } from './wish-list-view.ts'

/** What is needed of the service of carts. */
export interface CartFilling {
  get(params: { readonly actor: Actor; readonly cartId: CartId }): Promise<CartView>
  ensureLines(params: { readonly actor: Actor; readonly cartId: CartId; readonly lines: readonly Pick<CartLine, 'sku' | 'quantity'>[] }): Promise<CartView>
}

export interface MovedWishes {
  readonly cart: CartView
  /** SKUs that are in the cart now, and off the list. */
  readonly moved: readonly string[]
  /** Why the others stay on the list: each is `unavailable`, or of `insufficient` stock. */
  readonly problems: readonly LineProblem[]
}

/**
 * Puts what can be had of a list into a cart, then takes it off the list. A crash in between loses nothing, and repeating the call puts nothing in twice: a SKU that
 * the cart has keeps its quantity.
 *
 * @throws NOT_FOUND; CART_CLOSED, CART_LIMIT, PRODUCT_UNAVAILABLE, CONFLICT as `carts.ensureLines`: the list is as it was then
 */
export async function moveWishes(
  { storage, clock, limits }: Context,
  carts: CartFilling,
  own: OwnWishList,
  cartId: CartId,
  skus: readonly string[] | undefined,
): Promise<MovedWishes> {
  const { customerId } = own
  const actor: Actor = { type: 'customer', customerId }
  const cart = await carts.get({ actor, cartId })
  const wishes = await storage.snapshot(
    clock.now(),
    async (snapshot) => {
      const list = await snapshot.wishLists.find(own)
      if (list === undefined) throw noSuchWishList()
      const meant = list.items.filter(({ sku }) => skus?.includes(sku) ?? true)
      const goods = await readGoods(
        snapshot,
        { currency: cart.currency, customerId },
        meant.map(({ sku }) => sku),
      )
      return meant.map((item) => viewWish(item, goods, snapshot.now))
    },
    { fresh: true },
  )
  const inCart = new Set(cart.lines.map(({ sku }) => sku))
  const moved = wishes.filter(({ sku, inStock, unitMinor }) => inStock || (inCart.has(sku) && unitMinor !== null)).map(({ sku }) => sku)
  const problems = wishes.filter(({ sku }) => !moved.includes(sku)).flatMap((wish) => wish.problems)
  if (moved.length === 0) return { cart, moved, problems }
  if (moved.length > limits.maxLines) throw new CommerceError('CART_LIMIT', { details: { limit: 'maxLines', max: limits.maxLines } })
  const changed = await carts.ensureLines({ actor, cartId, lines: moved.map((sku) => ({ sku, quantity: 1 })) })
  await storage.transaction(clock.now(), (tx) => tx.wishLists.removeItems({ ...own, skus: moved }))
  return { cart: changed, moved, problems }
}

export function noSuchWishList(): CommerceError {
  return new CommerceError('NOT_FOUND', { details: { object: 'wish list' } })
}
