import { type OwnerFilter, owns } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CartId, CustomerId } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { bringCartHome, type CartSought } from './bring-cart-home.ts'
import type { Cart, CartView } from './cart.ts'
import type { CartCopy } from './cart-custody.ts'
import { cartView, readGoods } from './cart-view.ts'
import { dropCartHolds } from './hold-cart.ts'
import { type MergeProblem, type MergeStrategy, mergeCarts } from './merge-rules.ts'

export interface MergeRequest {
  readonly customerId: CustomerId
  readonly guestCartId: CartId
  readonly guestTokenHash: string
  /** The buyer's own cart; undefined when the guest's is to become theirs. */
  readonly cartId: CartId | undefined
  readonly strategy: MergeStrategy
}

export interface MergeResult {
  readonly cart: CartView
  readonly problems: readonly MergeProblem[]
}

/**
 * Tries once to give a guest's cart to a customer: both carts change in one transaction of the database, under their locks, or neither.
 *
 * @throws NOT_FOUND, CART_CLOSED of the customer's cart, CHECKOUT_IN_PROGRESS while the guest's cart has an order that may still be paid
 */
export async function mergeGuestCart(context: Context, request: MergeRequest): Promise<MergeResult | 'again'> {
  const { liveCarts, storage, clock } = context
  const home = new Set<CartId>()
  for (const sought of cartsOf(request)) {
    const brought = liveCarts === undefined ? 'away' : await bringCartHome(context, liveCarts, sought)
    if (brought === 'again') return 'again'
    if (brought === 'home') home.add(sought.cartId)
  }
  await context.probe('cart.merging')
  return storage.transaction(clock.now(), async (tx) => {
    const locked = await tx.carts.lock({ cartIds: cartsOf(request).map(({ cartId }) => cartId) })
    // Lent anew since: somebody is changing it.
    if (locked.some(({ cart, custody }) => home.has(cart.id) && custody.loan > 0)) return 'again'
    return merge(context, tx, request, locked)
  })
}

function cartsOf({ customerId, guestCartId, guestTokenHash, cartId }: MergeRequest): readonly CartSought[] {
  const source = { cartId: guestCartId, owner: { type: 'guest', tokenHash: guestTokenHash } as const }
  return cartId === undefined ? [source] : [source, { cartId, owner: { type: 'customer', customerId } as const }]
}

async function merge(context: Context, tx: StorageTransaction, request: MergeRequest, locked: readonly CartCopy[]): Promise<MergeResult> {
  const { guestCartId, cartId, strategy } = request
  const customer: OwnerFilter = { type: 'customer', customerId: request.customerId }
  const cartOf = (id: CartId | undefined, owner: OwnerFilter) => locked.find(({ cart }) => cart.id === id && owns(owner, cart))?.cart
  const source = cartOf(guestCartId, { type: 'guest', tokenHash: request.guestTokenHash })
  if (cartId === undefined) {
    const own = cartOf(guestCartId, customer)
    if (own !== undefined) return view(tx, own)
    return view(tx, await adopt(context, tx, required(source), request.customerId))
  }
  const target = required(cartOf(cartId, customer))
  const status = statusAt(target, tx.now)
  if (status !== 'active') throw new CommerceError('CART_CLOSED', { details: { cartId, status } })
  // Closed, by an earlier call like this one or by itself: there is nothing in it to be had.
  if (statusAt(required(source), tx.now) !== 'active') return view(tx, target)
  await requireNoOrder(tx, guestCartId)
  await dropCartHolds(context, tx, { cartId: guestCartId })
  const { limits, timing } = context
  const merged = mergeCarts(target, required(source), strategy, tx.now, { limits, cartTtlMs: timing.cartTtlMs })
  await save(tx, merged.source)
  if (merged.target !== target) await save(tx, merged.target)
  return view(tx, merged.target, merged.problems)
}

/** The guest's cart becomes the customer's; the token opens it no more. What it held is free: holds count for whoever took them. */
async function adopt(context: Context, tx: StorageTransaction, cart: Cart, customerId: CustomerId): Promise<Cart> {
  const status = statusAt(cart, tx.now)
  if (status !== 'active') throw new CommerceError('CART_CLOSED', { details: { cartId: cart.id, status } })
  await requireNoOrder(tx, cart.id)
  await dropCartHolds(context, tx, { cartId: cart.id })
  const expiresAt = addMs(tx.now, context.timing.cartTtlMs)
  const adopted: Cart = { ...cart, customerId, guestTokenHash: null, version: cart.version + 1, expiresAt, updatedAt: tx.now }
  await save(tx, adopted)
  return adopted
}

/** Units that a pending order of the guest's is about to buy must not be bought again. */
async function requireNoOrder(tx: StorageTransaction, cartId: CartId): Promise<void> {
  const order = await tx.orders.liveForCart({ cartId })
  if (order !== undefined) throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId: order.id } })
}

async function save(tx: StorageTransaction, cart: Cart): Promise<void> {
  if ((await tx.carts.save({ cart, expectedVersion: cart.version - 1 })) === 'stale') throw new CommerceError('CONFLICT', { details: { object: 'cart' } })
}

async function view(tx: StorageTransaction, cart: Cart, problems: readonly MergeProblem[] = []): Promise<MergeResult> {
  const goods = await readGoods(
    tx,
    cart,
    cart.lines.map(({ sku }) => sku),
  )
  return { cart: cartView(cart, tx.now, goods), problems }
}

function statusAt({ status, expiresAt }: Cart, now: Date): Cart['status'] {
  return status === 'active' && expiresAt <= now ? 'expired' : status
}

/** @throws NOT_FOUND */
function required(cart: Cart | undefined): Cart {
  if (cart === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
  return cart
}
