/** How long a count looks back, in ms. */
const windowMs = 1_000

/**
 * How often something happened to each key within the last second, from two counters a key: the present second's, and the last one's in proportion to how
 * much of it the window still covers. Remembers two seconds' worth of keys at most.
 */
export class SlidingCounts {
  readonly #nowMs: () => number
  #window = 0
  #present = new Map<string, number>()
  #past = new Map<string, number>()

  /** @param nowMs - a clock that only moves forward. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  add(key: string): void {
    this.#turn()
    this.#present.set(key, (this.#present.get(key) ?? 0) + 1)
  }

  /** Roughly how often `key` was added within the last second. */
  of(key: string): number {
    const share = this.#turn()
    return (this.#present.get(key) ?? 0) + (this.#past.get(key) ?? 0) * (1 - share)
  }

  /** Drops what has become too old. @returns how much of the present second has passed, from 0 to 1. */
  #turn(): number {
    const elapsed = this.#nowMs() / windowMs
    const window = Math.floor(elapsed)
    if (window !== this.#window) {
      this.#past = window === this.#window + 1 ? this.#present : new Map()
      this.#present = new Map()
      this.#window = window
    }
    return elapsed - window
  }
}
