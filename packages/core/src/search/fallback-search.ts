import type { Context } from '../context.ts'
import { codeOf, isCommerceError } from '../errors.ts'
import { CircuitBreaker } from '../runtime/circuit-breaker.ts'
import type { SearchIndex } from './search-index.ts'

/** An answer of the index or, `degraded`, of the shop's database in its place. */
export type Fallback<Answer> = Answer & { readonly degraded: boolean }

/** Asks the index, and the shop's database while the index is away. One outside the process is left alone for a second at a time after five failures in a row. */
export class FallbackSearch {
  readonly #context: Pick<Context, 'logger'>
  readonly #breaker: CircuitBreaker | undefined

  constructor(context: Pick<Context, 'logger'>, index: Pick<SearchIndex, 'inProcess'>) {
    this.#context = context
    const { logger } = context
    const onChange = (state: string) => logger.warn({ dependency: 'search', state }, 'the breaker of the search index changed')
    this.#breaker = index.inProcess ? undefined : new CircuitBreaker({ nowMs: () => performance.now(), onChange })
  }

  /**
   * @param ask - asks the index; not called while the breaker is open.
   * @param instead - asks the database.
   * @throws what the index failed with, when it is not merely away or the database fails too
   */
  async answer<Answer extends object>(ask: () => Promise<Answer>, instead: () => Promise<Answer>): Promise<Fallback<Answer>> {
    const pass = this.#breaker?.enter()
    if (this.#breaker !== undefined && pass === undefined) return { ...(await instead()), degraded: true }
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
      return { ...(await instead().catch(() => Promise.reject(error))), degraded: true }
    }
  }
}

/** Whether an index has failed as one that is down does. What is not typed comes from below it; any other code says what must be mended. */
function isAway(error: unknown): boolean {
  return !isCommerceError(error) || error.kind === 'unavailable'
}
