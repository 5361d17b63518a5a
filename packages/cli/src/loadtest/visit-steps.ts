import { isCommerceError } from '@cartwright/core'
import type { UnitRandom } from '../load-shapes/load-shapes.ts'
import type { LoadClock } from './load-clock.ts'
import { patienceMs } from './load-spec.ts'
import type { Recorder } from './recorder.ts'

/** An answer that was no error and yet not what the visitor came for. */
export class UnexpectedAnswer extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** The operations of one visit, one after the other, each of them measured. */
export class VisitSteps {
  readonly #recorder: Recorder
  readonly #clock: LoadClock
  readonly #random: UnitRandom
  readonly #intendedMs: number
  #begun = false
  #counted: unknown

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

  /** Counts what ended the visit, unless an operation threw it and has counted it. */
  ended(error: unknown): void {
    const nowMs = this.#clock.nowMs()
    if (error !== this.#counted) this.#count('visit', error, [], nowMs - this.#intendedMs, nowMs)
  }

  /** Measures the whole visit so far as an operation of its own. */
  whole(name: string): void {
    const nowMs = this.#clock.nowMs()
    this.#recorder.answered(name, nowMs - this.#intendedMs, nowMs)
  }

  #count(name: string, error: unknown, expected: readonly string[], latencyMs: number, atMs: number): void {
    this.#counted = error
    const code = codeOf(error)
    if (expected.includes(code)) this.#recorder.refused(name, code, latencyMs, atMs)
    else this.#recorder.failed(name, { code, message: messageOf(error) }, latencyMs, atMs)
  }
}

function codeOf(error: unknown): string {
  return isCommerceError(error) || error instanceof UnexpectedAnswer ? error.code : 'UNEXPECTED'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const neverAborted = new AbortController().signal
