import type { OwnerFilter } from '../actor.ts'
import { codeOf } from '../errors.ts'
import type { CartId } from '../ids.ts'
import type { Quote } from '../pricing/quote.ts'
import type { Logger } from '../runtime/logger.ts'
import type { CartCopy } from './cart-custody.ts'
import type { LiveCartStore } from './live-cart-store.ts'

/** What the live store said of a cart. `away`: it did not answer, so the database's cart counts. */
export type LiveAnswer = { readonly answer: 'here'; readonly copy: CartCopy } | { readonly answer: 'missing' } | { readonly answer: 'away' }

/** The live store as services ask it: outside of every transaction, and without ever failing for its sake. */
export class LiveCarts {
  readonly #store: LiveCartStore | undefined
  readonly #logger: Logger
  #away = false

  /** @param store - undefined for one that is always away, for services that run inside a transaction of the host */
  constructor(store: LiveCartStore | undefined, logger: Logger) {
    this.#store = store
    this.#logger = logger
  }

  async find(params: { readonly cartId: CartId; readonly owner: OwnerFilter }): Promise<LiveAnswer> {
    const copy = await this.#ask((store) => store.find(params))
    if (copy === 'away') return { answer: 'away' }
    return copy === undefined ? { answer: 'missing' } : { answer: 'here', copy }
  }

  put(copy: CartCopy): Promise<'put' | 'there' | 'away'> {
    return this.#ask((store) => store.put(copy))
  }

  save(params: { readonly copy: CartCopy; readonly expectedVersion: number }): Promise<'saved' | 'stale' | 'away'> {
    return this.#ask((store) => store.save(params))
  }

  /** Binds the version of a quote to its checkout. False when there is a later version, so that the quote is no longer good. */
  async freeze({ cartId, cartVersion, id }: Quote): Promise<boolean> {
    return (await this.#ask((store) => store.freeze({ cartId, version: cartVersion, checkoutId: id }))) !== 'stale'
  }

  /** Lets go of a copy that no longer counts. When that fails, the next reader finds out by itself that it does not. */
  async drop(params: { readonly cartId: CartId; readonly seen?: CartCopy }): Promise<void> {
    await this.#ask((store) => store.drop(params))
  }

  /** For how long a change has waited to be copied to the database at most, in ms. */
  oldestWaitMs(): Promise<number | 'away'> {
    return this.#ask((store) => store.oldestWaitMs())
  }

  async #ask<T>(question: (store: LiveCartStore) => Promise<T>): Promise<T | 'away'> {
    if (this.#store === undefined) return 'away'
    try {
      const answer = await question(this.#store)
      if (this.#away) this.#logger.info({}, 'the live store of carts answers again')
      this.#away = false
      return answer
    } catch (error) {
      const code = codeOf(error)
      if (!this.#away) this.#logger.warn({ code, error }, 'the live store of carts does not answer: carts are read and written in the database')
      this.#away = true
      return 'away'
    }
  }
}
