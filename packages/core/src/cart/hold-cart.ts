import { type OwnerFilter, owns } from '../actor.ts'
import { isBuyable, unavailable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CartId, ReservationId } from '../ids.ts'
import { mergeClaims } from '../inventory/allocation.ts'
import { reserveStock } from '../inventory/reserve-stock.ts'
import type { StockClaim } from '../inventory/stock.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { sellableClaims } from '../pricing/stock-terms.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import type { Cart } from './cart.ts'
import type { CartCopy } from './cart-custody.ts'
import { type CartHold, holdOwner } from './cart-hold.ts'
import { findCart } from './find-cart.ts'

interface HoldRequest {
  readonly cartId: CartId
  readonly owner: OwnerFilter
  readonly minutes: number
}

const minuteMs = 60_000

/**
 * Holds the units that a cart comes to now, instead of those that it held before; null when it needs nothing of the stock.
 *
 * @throws NOT_FOUND, FORBIDDEN, CART_CLOSED, CART_EMPTY, CART_PROBLEMS, CHECKOUT_IN_PROGRESS, HOLD_LIMIT, OUT_OF_STOCK; the cart then keeps the hold it had
 */
export async function holdCart(context: Context, request: HoldRequest): Promise<CartHold | null> {
  const { cart, copy, claims } = await readClaims(context, request)
  return context.stock.reserving({ subjects: [cart.id, holdOwner(cart)], skus: claims.map(({ sku }) => sku) }, async (tx) => {
    if (copy !== undefined) await tx.carts.keep({ copies: [copy] })
    await requireFree(tx, cart)
    const owner = holdOwner(cart)
    const holds = await tx.carts.lockHolds({ owner })
    const units = claims.reduce((sum, { quantity }) => sum + quantity, 0)
    requireWithin(
      context,
      holds.filter(({ cartId }) => cartId !== cart.id),
      units,
    )
    const before = holds.find(({ cartId }) => cartId === cart.id)
    if (claims.length === 0) {
      await dropCartHolds(context, tx, { cartId: cart.id })
      return null
    }
    const since = before?.since ?? tx.now
    const expiresAt = earliest(addMs(tx.now, request.minutes * minuteMs), addMs(since, context.cartHolds.maxMinutes * minuteMs), cart.expiresAt)
    const reservationId = context.ids.next<ReservationId>()
    const holder = { type: 'cart', id: cart.id } as const
    const replaces = before === undefined ? {} : { replaces: before.reservationId }
    const reserved = await reserveStock(tx, { reservationId, holder, claims, expiresAt, ...replaces })
    if (reserved.outcome === 'insufficient') {
      const { sku, requested, available } = reserved
      throw new CommerceError('OUT_OF_STOCK', { details: { sku, requested, available } })
    }
    await tx.carts.putHold({ cartId: cart.id, owner, reservationId, since })
    await availabilityChanged(context, tx, reserved.changes)
    return { cartId: cart.id, reservationId, since, expiresAt, units }
  })
}

/** Forgets holds and gives their units back. */
export async function dropCartHolds(context: Context, tx: StorageTransaction, of: Parameters<StorageTransaction['carts']['dropHolds']>[0]): Promise<void> {
  // In one order, as whoever ends several reservations does.
  for (const reservationId of [...(await tx.carts.dropHolds(of))].sort()) {
    const released = await tx.stock.release({ reservationId })
    if (released.outcome === 'changed') await availabilityChanged(context, tx, released.changes)
  }
}

interface HeldCart {
  readonly cart: Cart
  readonly copy: CartCopy | undefined
  readonly claims: readonly StockClaim[]
}

/** Outside of the transaction: which SKUs it is about decides how it runs. A change of the cart after this is not held, as one after the hold is not. */
async function readClaims(context: Context, { cartId, owner }: HoldRequest): Promise<HeldCart> {
  const live = await context.liveCarts?.find({ cartId, owner })
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => {
      const found = await findCart(snapshot.carts, { cartId, owner, live })
      if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
      const { cart, copy } = found
      if (cart.customerId === null && !context.cartHolds.guests) throw new CommerceError('FORBIDDEN', { details: { required: 'customer' } })
      requireActive(cart, snapshot.now)
      if (cart.lines.length === 0) throw new CommerceError('CART_EMPTY', { details: {} })
      const rows = await snapshot.catalog.sellables({ skus: cart.lines.map(({ sku }) => sku), currency: cart.currency })
      const sellables = new Map(rows.map((row) => [row.sku, row]))
      const problems = cart.lines.filter(({ sku }) => !isBuyable(sellables.get(sku))).map(({ sku }) => unavailable(sku, sellables.get(sku)))
      if (problems.length > 0) throw new CommerceError('CART_PROBLEMS', { details: { problems } })
      const claims = cart.lines.flatMap(({ sku, quantity }) => {
        const sellable = sellables.get(sku)
        return sellable === undefined ? [] : sellableClaims(sellable, quantity)
      })
      return { cart, copy, claims: mergeClaims(claims) }
    },
    { fresh: true },
  )
}

/** @throws CART_CLOSED, CHECKOUT_IN_PROGRESS when an order has the units already, NOT_FOUND when the cart is somebody else's by now */
async function requireFree(tx: StorageTransaction, cart: Cart): Promise<void> {
  const [locked] = await tx.carts.lock({ cartIds: [cart.id] })
  const owner: OwnerFilter =
    cart.customerId === null ? { type: 'guest', tokenHash: cart.guestTokenHash ?? '' } : { type: 'customer', customerId: cart.customerId }
  if (locked === undefined || !owns(owner, locked.cart)) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
  requireActive(locked.cart, tx.now)
  const order = await tx.orders.liveForCart({ cartId: cart.id })
  if (order !== undefined) throw new CommerceError('CHECKOUT_IN_PROGRESS', { details: { orderId: order.id } })
}

function requireActive({ id, status, expiresAt }: Cart, now: Date): void {
  const present = status === 'active' && expiresAt <= now ? 'expired' : status
  if (present !== 'active') throw new CommerceError('CART_CLOSED', { details: { cartId: id, status: present } })
}

/** @param others - holds of the same owner's other carts. @throws HOLD_LIMIT */
function requireWithin({ cartHolds: { maxHolds, maxUnits } }: Context, others: readonly CartHold[], units: number): void {
  if (others.length >= maxHolds) throw new CommerceError('HOLD_LIMIT', { details: { limit: 'maxHolds', max: maxHolds } })
  const held = others.reduce((sum, hold) => sum + hold.units, 0)
  if (held + units > maxUnits) throw new CommerceError('HOLD_LIMIT', { details: { limit: 'maxUnits', max: maxUnits } })
}

function earliest(...dates: readonly Date[]): Date {
  return new Date(Math.min(...dates.map((date) => date.getTime())))
}
