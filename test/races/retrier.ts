import { setTimeout as sleep } from 'node:timers/promises'
import { isCommerceError } from '@cartwright/core'
import type { SeededRandom } from '@cartwright/testing'

/** Repeats what is `retryable` until it succeeds, is refused, or its patience ends: after 60 s by default. */
export class Retrier {
  /** Errors that spoke of a locked database: no caller may see one. */
  readonly busy: string[] = []
  readonly #random: SeededRandom
  readonly #patienceMs: number

  constructor(random: SeededRandom, patienceMs = 60_000) {
    this.#random = random
    this.#patienceMs = patienceMs
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now()
    for (;;) {
      try {
        return await work()
      } catch (error) {
        this.#note(error)
        if (!isCommerceError(error) || !error.retryable || performance.now() - startedMs > this.#patienceMs) throw error
        await sleep(this.#random.integer(5, 100))
      }
    }
  }

  #note(error: unknown): void {
    const text = error instanceof Error ? `${'code' in error ? String(error.code) : ''} ${error.message}` : String(error)
    if (/SQLITE_BUSY|STORAGE_BUSY|database is locked/.test(text)) this.busy.push(text)
  }
}
