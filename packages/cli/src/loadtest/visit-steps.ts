import { isCommerceError } from '@cartwright/core'
import type { UnitRandom } from '../load-shapes/load-shapes.ts'
import type { LoadClock } from './load-clock.ts'
import { patienceMs } from './load-spec.ts'
import type { Recorder } from './recorder.ts'

/** The operations of one visit, one after the other, each of them measured. */
export class VisitSteps {
  readonly #recorder: Recorder
  readonly #clock: LoadClock
  readonly #random: UnitRandom
  readonly #intendedMs: number
  #begun = false

  /** @param intendedMs - when the visit was to begin: its first operation counts from there. */
  constructor(parts: { readonly recorder: Recorder; readonly clock: LoadClock; readonly random: UnitRandom; readonly intendedMs: number }) {
    this.#recorder = parts.recorder
    this.#clock = parts.clock
    this.#random = parts.random
    this.#intendedMs = parts.intendedMs
  }

  /**
   * Calls until it succeeds, is refused for good or a minute has passed, as every caller should, and measures from the first try to the last answer.
   *
   * @param expected - codes of refusals that are no errors here.
   * @throws what the call threw last, once it is counted
   */
  async run<T>(name: string, call: () => Promise<T>, expected: readonly string[] = []): Promise<T> {
    const fromMs = this.#begun ? this.#clock.nowMs() : this.#intendedMs
    this.#begun = true
    for (;;) {
      try {
        const result = await call()
        this.#recorder.answered(name, this.#clock.nowMs() - fromMs, this.#clock.nowMs())
        return result
      } catch (error) {
        const nowMs = this.#clock.nowMs()
        if (!isCommerceError(error) || !error.retryable || nowMs - fromMs > patienceMs) {
          this.#count(name, error, expected, nowMs - fromMs, nowMs)
          throw error
        }
        this.#recorder.retried(name, nowMs)
        await this.#clock.sleepUntil(nowMs + 5 + 95 * this.#random(), neverAborted)
      }
    }
  }

  /** Measures the whole visit so far as an operation of its own. */
  whole(name: string): void {
    const nowMs = this.#clock.nowMs()
    this.#recorder.answered(name, nowMs - this.#intendedMs, nowMs)
  }

  #count(name: string, error: unknown, expected: readonly string[], latencyMs: number, atMs: number): void {
    const code = isCommerceError(error) ? error.code : 'UNEXPECTED'
    if (expected.includes(code)) this.#recorder.refused(name, code, latencyMs, atMs)
    else this.#recorder.failed(name, code, latencyMs, atMs)
  }
}

const neverAborted = new AbortController().signal
