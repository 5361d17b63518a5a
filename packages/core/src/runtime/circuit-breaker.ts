/** `closed`: calls pass. `open`: none does. `half_open`: one has been let through to see whether the other side is back, and the rest wait for its outcome. */
export type BreakerState = 'closed' | 'open' | 'half_open'

export interface BreakerSettings {
  /** So many failures in a row open it. @default 5 */
  readonly failures: number
  /** They only count together when no more than this lies between the first and the last, in ms. @default 10000 */
  readonly windowMs: number
  /** How long it stays open before one call may look again, in ms. @default 1000 */
  readonly openMs: number
}

interface CircuitBreakerParts extends Partial<BreakerSettings> {
  /** A clock that only moves forward, in ms. */
  readonly nowMs: () => number
  /** Told of every change, after it. Must not throw. */
  readonly onChange?: (state: BreakerState) => void
}

/** The right to make one call. Its outcome is told once; of calls that began before the breaker last opened it no longer counts. */
export interface BreakerPass {
  succeeded(): void
  failed(): void
}

/**
 * Keeps callers from waiting for a service that does not answer: after several failures in a row its calls are refused at once, until a single one, let through
 * now and then, succeeds. One for each service called.
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings
  readonly #nowMs: () => number
  readonly #onChange: (state: BreakerState) => void
  #state: BreakerState = 'closed'
  #failures = 0
  #firstFailureMs = 0
  #openedMs = 0
  /** Raised with every change, so that passes of an earlier state are told apart. */
  #era = 0

  constructor({ nowMs, onChange = () => undefined, failures = 5, windowMs = 10_000, openMs = 1_000 }: CircuitBreakerParts) {
    this.#settings = { failures, windowMs, openMs }
    this.#nowMs = nowMs
    this.#onChange = onChange
  }

  get state(): BreakerState {
    return this.#state
  }

  /** @returns undefined when the call must not be made now. */
  enter(): BreakerPass | undefined {
    if (this.#state === 'open' && this.#nowMs() - this.#openedMs >= this.#settings.openMs) this.#become('half_open')
    else if (this.#state !== 'closed') return undefined
    const era = this.#era
    const ifCurrent = (tell: () => void) => () => {
      if (era === this.#era) tell()
    }
    return { succeeded: ifCurrent(() => this.#succeeded()), failed: ifCurrent(() => this.#failed()) }
  }

  #succeeded(): void {
    this.#failures = 0
    if (this.#state === 'half_open') this.#become('closed')
  }

  #failed(): void {
    const nowMs = this.#nowMs()
    if (this.#failures === 0 || nowMs - this.#firstFailureMs > this.#settings.windowMs) {
      this.#failures = 0
      this.#firstFailureMs = nowMs
    }
    this.#failures += 1
    if (this.#state === 'closed' && this.#failures < this.#settings.failures) return
    this.#openedMs = nowMs
    this.#become('open')
  }

  #become(state: BreakerState): void {
    this.#state = state
    this.#failures = 0
    this.#era += 1
    this.#onChange(state)
  }
}
