import type { Context } from '../context.ts'
import { codeOf, isCommerceError } from '../errors.ts'
import { type CartCopy, isOutlived } from './cart-custody.ts'
import type { ChangedCart, LiveCartStore } from './live-cart-store.ts'

/** Carts written by one transaction. */
const batchSize = 200

/**
 * Copies changed carts of the live store to the database. Any number of processes may do so at once, and each may die anywhere: what was written and not
 * reported is written once more, which changes nothing.
 */
export class CartCopier {
  readonly #context: Context
  readonly #store: LiveCartStore | undefined
  #running: Promise<void> | undefined
  readonly #closing = new AbortController()
  #failing = false

  /** @param store - undefined in a shop without one: nothing is copied */
  constructor(context: Context, store: LiveCartStore | undefined) {
    this.#context = context
    this.#store = store
  }

  /** Copies now and then until `close`, if the store wants this process to. */
  start(): void {
    const everyMs = this.#store?.copyEveryMs ?? null
    if (everyMs !== null) this.#running = this.#keepCopying(everyMs)
  }

  /** Ends it, with a last copy of what is left. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  /**
   * Copies what has changed until nothing is left. Rejects when the live store or the database fails; what was not copied stays due.
   *
   * @returns how many carts were seen to, and how many could not be copied and stay due.
   */
  async copy(): Promise<{ readonly done: number; readonly failed: number }> {
    const store = this.#store
    let done = 0
    if (store === undefined) return { done, failed: 0 }
    const failed = new Set<string>()
    for (;;) {
      const changed = (await store.changed({ limit: batchSize })).filter(({ cart }) => !failed.has(cart.id))
      if (changed.length === 0) return { done, failed: failed.size }
      await this.#context.probe('carts.copying')
      for (const { cart } of await this.#copyBatch(store, changed)) failed.add(cart.id)
      done += changed.length
    }
  }

  async #keepCopying(everyMs: number): Promise<void> {
    const { signal } = this.#closing
    for (let last = false; !last; ) {
      last = signal.aborted
      try {
        await this.copy()
        this.#failing = false
      } catch (error) {
        const code = codeOf(error)
        if (!this.#failing) this.#context.logger.warn({ code, error }, 'carts cannot be copied to the database for now')
        this.#failing = true
      }
      if (!signal.aborted) await this.#context.timers.sleep(everyMs, signal)
    }
  }

  /** A batch that the database refuses is copied cart by cart, so that one cannot hold up the others. @returns those that could not be. */
  async #copyBatch(store: LiveCartStore, changed: readonly ChangedCart[]): Promise<readonly CartCopy[]> {
    try {
      await this.#copyAll(store, changed)
      return []
    } catch (error) {
      if (!isCommerceError(error, 'CONSTRAINT_VIOLATION') && !isCommerceError(error, 'INVALID_INPUT')) throw error
      const [only, ...others] = changed
      if (only === undefined) return []
      if (others.length > 0) {
        const failed: CartCopy[] = []
        for (const one of changed) failed.push(...(await this.#copyBatch(store, [one])))
        return failed
      }
      this.#context.logger.error({ cartId: only.cart.id, code: error.code, error }, 'a cart cannot be copied to the database and stays due')
      return [only]
    }
  }

  async #copyAll(store: LiveCartStore, changed: readonly ChangedCart[]): Promise<void> {
    const { storage, clock, probe } = this.#context
    const refused = await storage.transaction(clock.now(), async (tx) => {
      const written = await tx.carts.keep({ copies: changed.map(({ cart, custody }) => ({ cart, custody })) })
      const others = changed.filter(({ cart }) => !written.has(cart.id))
      return Promise.all(others.map(async (one) => ({ one, stored: await tx.carts.findCopy({ cartId: one.cart.id, owner: { type: 'any' } }) })))
    })
    await probe('carts.copied')
    const due = new Set<ChangedCart>()
    for (const { one, stored } of refused) if (stored !== undefined && (await this.#resolve(store, one, stored)) === 'due') due.add(one)
    await store.copied({ receipts: changed.filter((one) => !due.has(one)).map(({ receipt }) => receipt) })
    await probe('carts.reported')
  }

  /** What was refused is there already, or no longer counts, or was lent anew by somebody who has not brought it: then it goes on under a loan of ours. */
  async #resolve(store: LiveCartStore, one: ChangedCart, stored: CartCopy): Promise<'settled' | 'due'> {
    if (isOutlived(one, stored)) {
      this.#context.logger.info({ cartId: one.cart.id }, 'a live cart was closed, or taken back by the database')
      await store.drop({ cartId: one.cart.id, seen: one })
      return 'settled'
    }
    if (one.cart.version <= stored.cart.version) return 'settled'
    const { storage, clock } = this.#context
    const lent = await storage.transaction(clock.now(), (tx) => tx.carts.lend({ cartId: one.cart.id, owner: { type: 'any' } }))
    if (lent !== undefined) await store.put(lent)
    return 'due'
  }
}
