import { type Actor, hashToken, newToken, ownerFilter } from '../actor.ts'
import { isBuyable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CartId, CustomerId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import { parseInput } from '../parse-input.ts'
import { limitedSubject } from '../runtime/rate-rules.ts'
import type { Cart, CartLine, CartView } from './cart.ts'
import { bornLent } from './cart-custody.ts'
import type { CartHold } from './cart-hold.ts'
import {
  cartInput,
  cartLineInput,
  cartLinesInput,
  cartQuantityInput,
  cartVoucherInput,
  createCartInput,
  type HoldCartInput,
  holdCartInput,
  type MergeCartsInput,
  mergeCartsInput,
} from './cart-input.ts'
import { type CartCommand, decideCart } from './cart-rules.ts'
import { cartView, type Goods, readGoods, withSeenPrices } from './cart-view.ts'
import { type CartChange, changeLiveCart } from './change-live-cart.ts'
import { findCart } from './find-cart.ts'
import { dropCartHolds, holdCart } from './hold-cart.ts'
import { type MergeResult, mergeGuestCart } from './merge-guest-cart.ts'
import { type CartOwner, newCart } from './new-cart.ts'
import { viewOwnCart } from './own-units.ts'
import { checkVoucher } from './voucher-check.ts'

/** How often a change is decided anew when somebody else changed the cart first. */
const maxAttempts = 5

/** The same of two carts at once, each of which may have to be brought back from the live store first. */
const maxMergeAttempts = 10

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

interface VoucherParams extends CartParams {
  /** Whatever its capitals. */
  readonly code: string
}

/** Carts of guests and customers. Prices and stock are never taken from the caller: each answer has those of its moment. */
export class CartService {
  readonly #context: Context
  readonly #quantityInput: ReturnType<typeof cartQuantityInput>
  readonly #linesInput: ReturnType<typeof cartLinesInput>
  readonly #holdInput: ReturnType<typeof holdCartInput>

  constructor(context: Context) {
    this.#context = context
    this.#quantityInput = cartQuantityInput(context.limits)
    this.#linesInput = cartLinesInput(context.limits)
    this.#holdInput = holdCartInput(context.cartHolds)
  }

  /**
   * Makes an empty cart: a customer's own, or else a guest's, for whom `guestToken` is the only key; it is shown once and stored hashed.
   *
   * @param params - `currency` defaults to the shop's and stays the cart's for good.
   */
  async create(params: { readonly currency?: Currency; readonly actor?: Actor } = {}): Promise<{ readonly cart: CartView; readonly guestToken?: string }> {
    const { actor, currency = this.#context.currency } = parseInput(createCartInput, params)
    const customerId = actor?.type === 'customer' ? (actor.customerId as CustomerId) : null
    const guestToken = customerId === null ? newToken(this.#context.random) : undefined
    const owner = { customerId, guestTokenHash: guestToken === undefined ? null : hashToken(guestToken) }
    const cart = (await this.#createLive(owner, currency)) ?? (await this.#createStored(owner, currency))
    return guestToken === undefined ? { cart } : { cart, guestToken }
  }

  /** Undefined in a shop without a live store, and while that does not answer. */
  async #createLive(owner: CartOwner, currency: Currency): Promise<CartView | undefined> {
    const { storage, clock, liveCarts } = this.#context
    if (liveCarts === undefined) return undefined
    const { now, goods } = await storage.snapshot(clock.now(), async (snapshot) => ({
      now: snapshot.now,
      goods: await readGoods(snapshot, { ...owner, currency }, []),
    }))
    const cart = newCart(this.#context, owner, currency, now)
    return (await liveCarts.put({ cart, custody: bornLent })) === 'away' ? undefined : cartView(cart, now, goods)
  }

  #createStored(owner: CartOwner, currency: Currency): Promise<CartView> {
    const { storage, clock } = this.#context
    return storage.transaction(clock.now(), async (tx) => {
      const cart = newCart(this.#context, owner, currency, tx.now)
      await tx.carts.insert(cart)
      return cartView(cart, tx.now, await readGoods(tx, cart, []))
    })
  }

  /** The cart, priced now, with typed problems per line. @throws NOT_FOUND */
  async get(params: CartParams): Promise<CartView> {
    const { actor, cartId } = parseInput(cartInput, params)
    const { storage, clock, liveCarts } = this.#context
    const sought = { cartId: cartId as CartId, owner: ownerFilter(actor) }
    const live = await liveCarts?.find(sought)
    return storage.snapshot(
      clock.now(),
      async (snapshot) => {
        // The goods of the live copy are read along with the look at what the database has, which hardly ever overrules it.
        const likely = live?.answer === 'here' ? live.copy.cart : undefined
        const [found, likelyGoods] = await Promise.all([
          findCart(snapshot.carts, { ...sought, live }),
          likely && readGoods(snapshot, likely, skusOf(likely.lines)),
        ])
        const { cart, staleSince } = required(found)
        const goods = cart === likely && likelyGoods ? likelyGoods : await readGoods(snapshot, cart, skusOf(cart.lines))
        return viewOwnCart(snapshot, cart, snapshot.now, goods, staleSince)
      },
      { reader: sought.owner },
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
    return this.#change(actor, cartId, skusOf(lines), (goods) => ({ type: 'add_all', lines: seenLines(goods, lines) }))
  }

  /**
   * Puts in those of several SKUs that the cart does not have; those that it has keep their quantity. All or none, and safe to repeat.
   *
   * @param params - as many lines as a cart may have, at most; of two lines of one SKU, the first counts.
   * @throws what `addLine` throws
   */
  async ensureLines(params: CartParams & { readonly lines: readonly { readonly sku: string; readonly quantity: number }[] }): Promise<CartView> {
    const { actor, cartId, lines } = parseInput(this.#linesInput, params)
    return this.#change(actor, cartId, skusOf(lines), (goods) => ({ type: 'ensure_all', lines: seenLines(goods, lines) }))
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

  /**
   * Puts a voucher's code into the cart: from its next quote on, what it gives comes off, if what is in the cart allows it. A code that is there already is no
   * change. Attempts are counted, by the buyer and by `client`; beyond the limit, and while nobody can count, they are refused.
   *
   * @param params - `client`: where the request comes from, such as its network address. Guests can have as many carts as they like: give it.
   * @throws VOUCHER_UNKNOWN; VOUCHER_REFUSED when it is not good yet, or not any more; RATE_LIMITED; DEPENDENCY_UNAVAILABLE while nobody can count; CART_LIMIT;
   * CART_CLOSED; NOT_FOUND; CONFLICT when others kept changing the cart
   */
  async applyVoucher(params: VoucherParams & { readonly client?: string }): Promise<CartView> {
    const { actor, cartId, code, client } = parseInput(cartVoucherInput, params)
    const { rates } = this.#context
    const subject = limitedSubject(actor)
    if (client !== undefined) await rates.require({ rule: 'voucherClient', subject: client })
    if (subject !== undefined) await rates.require({ rule: 'voucher', subject })
    const known = await checkVoucher(this.#context, code)
    return this.#change(actor, cartId, [], () => ({ type: 'apply_voucher', code: known }))
  }

  /** Takes a voucher's code out; does nothing when it is not there. @throws CART_CLOSED; NOT_FOUND; CONFLICT when others kept changing the cart */
  async removeVoucher(params: VoucherParams): Promise<CartView> {
    const { actor, cartId, code } = parseInput(cartVoucherInput, params)
    return this.#change(actor, cartId, [], () => ({ type: 'remove_voucher', code }))
  }

  /**
   * Holds the units of a cart for some minutes, so that nobody else can buy them meanwhile. The order takes the hold over, units and all, and it lasts as long as the order
   * does then. Called again, it holds what the cart has now, for longer, though not beyond the shop's longest from the first time. A change of the cart leaves the hold as it is.
   *
   * @param params - `minutes` defaults to the shop's `cartHolds.minutes`; `cartHolds.maxMinutes` at most.
   * @returns null for a cart that needs nothing of the stock.
   * @throws HOLD_LIMIT; FORBIDDEN to guests, unless the shop lets them; OUT_OF_STOCK, CART_PROBLEMS, CART_EMPTY, CART_CLOSED, CHECKOUT_IN_PROGRESS, NOT_FOUND: the cart then
   * keeps the hold it had
   */
  async hold(params: HoldCartInput): Promise<CartHold | null> {
    const { actor, cartId, minutes = this.#context.cartHolds.minutes } = parseInput(this.#holdInput, params)
    return holdCart(this.#context, { cartId: cartId as CartId, owner: ownerFilter(actor), minutes })
  }

  /** Gives up the hold of a cart: its units are free at once. Does nothing to a cart without one. @throws NOT_FOUND */
  async releaseHold(params: CartParams): Promise<void> {
    const { actor, cartId } = parseInput(cartInput, params)
    const { storage, clock } = this.#context
    await this.#ownCart(actor, cartId)
    await storage.transaction(clock.now(), async (tx) => {
      await tx.carts.lock({ cartIds: [cartId as CartId] })
      await dropCartHolds(this.#context, tx, { cartId: cartId as CartId })
    })
  }

  /** The hold of a cart; null when it has none, or it has ended. @throws NOT_FOUND */
  async getHold(params: CartParams): Promise<CartHold | null> {
    const { actor, cartId } = parseInput(cartInput, params)
    const { storage, clock } = this.#context
    await this.#ownCart(actor, cartId)
    return storage.snapshot(clock.now(), async ({ carts }) => (await carts.holdOf({ cartId: cartId as CartId })) ?? null, { fresh: true })
  }

  /** @throws NOT_FOUND */
  async #ownCart(actor: Actor, cartId: string): Promise<Cart> {
    const { storage, clock, liveCarts } = this.#context
    const sought = { cartId: cartId as CartId, owner: ownerFilter(actor) }
    const live = await liveCarts?.find(sought)
    return required(await storage.snapshot(clock.now(), ({ carts }) => findCart(carts, { ...sought, live }), { fresh: true })).cart
  }

  /**
   * Gives a customer who has signed in the cart that they filled before: its lines move into `cartId`, the customer's own, and it is closed; without `cartId` it
   * becomes the customer's as it is. Both carts change together, or neither; repeating the call moves nothing twice.
   *
   * @param params - `strategy` is what becomes of SKUs that both have; see `MergeStrategy`. @default sum
   * @returns `problems` names what did not fit into the cart.
   * @throws NOT_FOUND, of a cart that is somebody else's too; FORBIDDEN unless a customer asks; CART_CLOSED of the customer's cart; CHECKOUT_IN_PROGRESS while the
   * guest's cart has an order that may still be paid; CONFLICT when others kept changing them
   */
  async merge(params: MergeCartsInput): Promise<MergeResult> {
    const { actor, guestCartId, guestToken, cartId, strategy } = parseInput(mergeCartsInput, params)
    if (actor.type !== 'customer') throw new CommerceError('FORBIDDEN', { details: { required: 'customer' } })
    const carts = { guestCartId: guestCartId as CartId, cartId: cartId as CartId | undefined }
    const request = { customerId: actor.customerId as CustomerId, guestTokenHash: hashToken(guestToken), strategy, ...carts }
    for (let attempt = 0; attempt < maxMergeAttempts; attempt += 1) {
      const merged = await mergeGuestCart(this.#context, request)
      if (merged !== 'again') return merged
    }
    throw new CommerceError('CONFLICT', { details: { object: 'cart' } })
  }

  /** Tries again while others change the cart first. */
  async #change(actor: Actor, cartId: string, skus: readonly string[], command: (goods: Goods) => CartCommand): Promise<CartView> {
    const { liveCarts } = this.#context
    const change: CartChange = { cartId: cartId as CartId, owner: ownerFilter(actor), skus, command }
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const live = liveCarts === undefined ? 'stored' : await changeLiveCart(this.#context, liveCarts, change)
      const view = live === 'stored' ? await this.#changeStored(change) : live
      if (view !== 'again') return view
    }
    throw new CommerceError('CONFLICT', { details: { object: 'cart' } })
  }

  /** Loads, decides and saves by compare-and-set, in a transaction of its own, so that it sees what an earlier winner wrote. */
  #changeStored({ cartId, owner, skus, command }: CartChange): Promise<CartView | 'again'> {
    const { storage, clock, limits, timing, liveCarts } = this.#context
    return storage.transaction(clock.now(), async (tx) => {
      const { cart, staleSince } = required(await findCart(tx.carts, { cartId, owner, live: liveCarts && { answer: 'away' } }))
      const goods = await readGoods(tx, cart, [...new Set([...skus, ...skusOf(cart.lines)])])
      const decided = decideCart(cart, command(goods), tx.now, { limits, cartTtlMs: timing.cartTtlMs })
      const changed = decided === cart ? cart : withSeenPrices(decided, skus, goods)
      if (changed !== cart && (await tx.carts.save({ cart: changed, expectedVersion: cart.version })) === 'stale') return 'again'
      return viewOwnCart(tx, changed, tx.now, goods, staleSince)
    })
  }
}

/** @throws NOT_FOUND */
function required<T>(found: T | undefined): T {
  if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'cart' } })
  return found
}

function skusOf(lines: readonly { readonly sku: string }[]): readonly string[] {
  return lines.map(({ sku }) => sku)
}

/** @throws PRODUCT_UNAVAILABLE when one cannot be bought */
function seenLines(goods: Goods, lines: readonly Pick<CartLine, 'sku' | 'quantity'>[]): readonly CartLine[] {
  return lines.map((line) => ({ ...line, seenUnitMinor: unitPrice(goods, line.sku) }))
}

/** What one unit costs in the cart's currency. @throws PRODUCT_UNAVAILABLE when it cannot be bought */
function unitPrice({ sellables }: Goods, sku: string): number {
  const sellable = sellables.get(sku)
  if (!isBuyable(sellable)) throw new CommerceError('PRODUCT_UNAVAILABLE', { details: { sku } })
  return sellable.price.amountMinor
}
