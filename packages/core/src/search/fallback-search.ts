import type { Context } from '../context.ts'
import { codeOf, isCommerceError } from '../errors.ts'
import { CircuitBreaker } from '../runtime/circuit-breaker.ts'
import { searchCatalogue } from './search-catalogue.ts'
import type { SearchIndex } from './search-index.ts'
import type { SearchAnswer, SearchQuery } from './search-query.ts'

/** An answer of the index or, `degraded`, of the shop's database in its place. */
export type FallbackAnswer = SearchAnswer & { readonly degraded: boolean }

/** Asks the index, and the shop's database while the index is away. One outside the process is left alone for a second at a time after five failures in a row. */
export class FallbackSearch {
  readonly #context: Context
  readonly #breaker: CircuitBreaker | undefined

  constructor(context: Context, index: Pick<SearchIndex, 'inProcess'>) {
    this.#context = context
    const { logger } = context
    const onChange = (state: string) => logger.warn({ dependency: 'search', state }, 'the breaker of the search index changed')
    this.#breaker = index.inProcess ? undefined : new CircuitBreaker({ nowMs: () => performance.now(), onChange })
  }

  /**
   * @param ask - asks the index; not called while the breaker is open.
   * @throws what the index failed with, when it is not merely away or the database fails too
   */
  async answer(query: SearchQuery, ask: () => Promise<SearchAnswer>): Promise<FallbackAnswer> {
    const pass = this.#breaker?.enter()
    if (this.#breaker !== undefined && pass === undefined) return this.#fromCatalogue(query)
    try {
      const answer = await ask()
      pass?.succeeded()
      return { ...answer, degraded: false }
    } catch (error) {
      if (!isAway(error)) {
        pass?.succeeded()
        throw error
      }
      pass?.failed()
      this.#context.logger.warn({ code: codeOf(error), error }, 'the search index is away; the database answers in its place')
      return await this.#fromCatalogue(query).catch(() => Promise.reject(error))
    }
  }

  async #fromCatalogue(query: SearchQuery): Promise<FallbackAnswer> {
    return { ...(await searchCatalogue(this.#context, query)), degraded: true }
  }
}

/** Whether an index has failed as one that is down does. What is not typed comes from below it; any other code says what must be mended. */
function isAway(error: unknown): boolean {
  return !isCommerceError(error) || error.kind === 'unavailable'
}
