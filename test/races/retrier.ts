import { setTimeout as sleep } from 'node:timers/promises'
import { isCommerceError } from '@cartwright/core'
import type { SeededRandom } from '@cartwright/testing'

const deadlineMs = 60_000

/** Repeats what is `retryable` until it succeeds, is refused, or 60 s have passed, as CORRECTNESS asks of every caller. */
export class Retrier {
  /** Errors that spoke of a locked database: no caller may see one. */
  readonly busy: string[] = []
  #random: SeededRandom

  constructor(random: SeededRandom) {
    this.#random = random
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now()
    for (;;) {
      try {
        return await work()
      } catch (error) {
        this.#note(error)
        if (!isCommerceError(error) || !error.retryable || performance.now() - startedMs > deadlineMs) throw error
        await sleep(this.#random.integer(5, 100))
      }
    }
  }

  #note(error: unknown): void {
    const text = error instanceof Error ? `${'code' in error ? String(error.code) : ''} ${error.message}` : String(error)
    if (/SQLITE_BUSY|STORAGE_BUSY|database is locked/.test(text)) this.busy.push(text)
  }
}
