import { type Actor, hashToken, ownerFilter } from '../actor.ts'
import { isBuyable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CartId, CustomerId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import { parseInput } from '../parse-input.ts'
import { addMs } from '../time.ts'
import type { Cart, CartView } from './cart.ts'
import { cartInput, cartLineInput, cartLinesInput, cartQuantityInput, createCartInput } from './cart-input.ts'
import { type CartCommand, decideCart } from './cart-rules.ts'
import { cartView, type Goods, readGoods } from './cart-view.ts'

/** How often a change is decided anew when somebody else changed the cart first. */
const maxAttempts = 5

/** Which cart, and who asks. Someone else's cart and a missing one look the same. */
interface CartParams {
  readonly actor: Actor
  readonly cartId: CartId | string
}

interface LineParams extends CartParams {
  readonly sku: string
}

interface QuantityParams extends LineParams {
  /** Units: an integer from 1 to the shop's limit. */
  readonly quantity: number
}

/** Carts of guests and customers. Prices and stock are never taken from the caller: each answer has those of its moment. */
export class CartService {
  readonly #context: Context
  readonly #quantityInput: ReturnType<typeof cartQuantityInput>
  readonly #linesInput: ReturnType<typeof cartLinesInput>

  constructor(context: Context) {
    this.#context = context
    this.#quantityInput = cartQuantityInput(context.limits)
    this.#linesInput = cartLinesInput(context.limits)
  }

  /**
   * Makes an empty cart: a customer's own, or else a guest's, for whom `guestToken` is the only key; it is shown once and stored hashed.
   *
   * @param params - `currency` defaults to the shop's and stays the cart's for good.
   */
  async create(params: { readonly currency?: Currency; readonly actor?: Actor } = {}): Promise<{ readonly cart: CartView; readonly guestToken?: string }> {
    const { actor, currency = this.#context.currency } = parseInput(createCartInput, params)
    const customerId = actor?.type === 'customer' ? (actor.customerId as CustomerId) : null
    const guestToken = customerId === null ? newGuestToken(this.#context) : undefined
    const { storage, clock, ids, timing } = this.#context
    const id = ids.next<CartId>()
    const cart = await storage.transaction(clock.now(), async (tx) => {
      const created: Cart = {
        id,
        customerId,
        guestTokenHash: guestToken === undefined ? null : hashToken(guestToken),
        currency,
        status: 'active',
        version: 1,
        lines: [],
        expiresAt: addMs(tx.now, timing.cartTtlMs),
        createdAt: tx.now,
        updatedAt: tx.now,
      }
      await tx.carts.insert(created)
      return cartView(created, tx.now, await readGoods(tx, currency, []))
    })
    return guestToken === undefined ? { cart } : { cart, guestToken }
  }

  /** The cart, priced now, with typed problems per line. @throws NOT_FOUND */
  async get(params: CartParams): Promise<CartView> {
    const { actor, cartId } = parseInput(cartInput, params)
    const { storage, clock } = this.#context
    const owner = ownerFilter(actor)
    return storage.snapshot(
      clock.now(),
      async (snapshot) => {
        const cart = found(await snapshot.carts.find({ cartId: cartId as CartId, owner }))
        return cartView(cart, snapshot.now, await readGoods(snapshot, cart.currency, skusOf(cart.lines)))
      },
      { reader: owner },
    )
  }

  /**
   * Puts units of a SKU in the cart, on top of those there.
   *
   * @throws PRODUCT_UNAVAILABLE; CART_LIMIT; CART_CLOSED; NOT_FOUND; CONFLICT when others kept changing the cart
   */
  async addLine(params: QuantityParams): Promise<CartView> {
    const { actor, cartId, sku, quantity } = parseInput(this.#quantityInput, params)
    return this.#change(actor, cartId, [sku], (goods) => ({ type: 'add', sku, quantity, seenUnitMinor: unitPrice(goods, sku) }))
  }

  /**
   * Puts units of several SKUs in the cart in one step, as for ordering something again: all of them, or none.
   *
   * @param params - as many lines as a cart may have, at most; lines of one SKU are summed.
   * @throws what `addLine` throws
   */
  async addLines(params: CartParams & { readonly lines: readonly { readonly sku: string; readonly quantity: number }[] }): Promise<CartView> {
    const { actor, cartId, lines } = parseInput(this.#linesInput, params)
    return this.#change(actor, cartId, skusOf(lines), (goods) => ({
      type: 'add_all',
      lines: lines.map((line) => ({ ...line, seenUnitMinor: unitPrice(goods, line.sku) })),
    }))
  }

  /** Sets the units of a line. @throws PRODUCT_UNAVAILABLE; CART_CLOSED; NOT_FOUND, of a line too; CONFLICT when others kept changing the cart */
  async updateLine(params: QuantityParams): Promise<CartView> {
    const { actor, cartId, sku, quantity } = parseInput(this.#quantityInput, params)
    return this.#change(actor, cartId, [sku], (goods) => ({ type: 'update', sku, quantity, seenUnitMinor: unitPrice(goods, sku) }))
  }

  /** Takes a line out; does nothing when it is not there. @throws CART_CLOSED; NOT_FOUND; CONFLICT when others kept changing the cart */
  async removeLine(params: LineParams): Promise<CartView> {
    const { actor, cartId, sku } = parseInput(cartLineInput, params)
    return this.#change(actor, cartId, [], () => ({ type: 'remove', sku }))
  }

  /** Takes every line out. @throws CART_CLOSED; NOT_FOUND; CONFLICT when others kept changing the cart */
  async clear(params: CartParams): Promise<CartView> {
    const { actor, cartId } = parseInput(cartInput, params)
    return this.#change(actor, cartId, [], () => ({ type: 'clear' }))
  }

  /** Loads, decides and saves by compare-and-set; each attempt in a transaction of its own, so that it sees what the winner wrote. */
  async #change(actor: Actor, cartId: string, skus: readonly string[], command: (goods: Goods) => CartCommand): Promise<CartView> {
    const { storage, clock, limits, timing } = this.#context
    const owner = ownerFilter(actor)
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const view = await storage.transaction(clock.now(), async (tx) => {
        const cart = found(await tx.carts.find({ cartId: cartId as CartId, owner }))
        const goods = await readGoods(tx, cart.currency, [...new Set([...skus, ...skusOf(cart.lines)])])
        const changed = decideCart(cart, command(goods), tx.now, { limits, cartTtlMs: timing.cartTtlMs })
        if (changed !== cart && (await tx.carts.save({ cart: changed, expectedVersion: cart.version })) === 'stale') return undefined
        return cartView(changed, tx.now, goods)
      })
      if (view !== undefined) return view
    }
    throw new CommerceError('CONFLICT', { details: { object: 'cart' } })
  }
}

/** 256 random bits. */
function newGuestToken({ random }: Context): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/** @throws NOT_FOUND */
function found(cart: Cart | undefined): Cart {
  if (cart === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
  return cart
}

function skusOf(lines: readonly { readonly sku: string }[]): readonly string[] {
  return lines.map(({ sku }) => sku)
}

/** What one unit costs in the cart's currency. @throws PRODUCT_UNAVAILABLE when it cannot be bought */
function unitPrice({ sellables }: Goods, sku: string): number {
  const sellable = sellables.get(sku)
  if (!isBuyable(sellable)) throw new CommerceError('PRODUCT_UNAVAILABLE', { details: { sku } })
  return sellable.price.amountMinor
}
