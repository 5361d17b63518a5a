/** Lets callers in one at a time (or `places` at a time), in the order in which they came. */
export class TurnQueue {
  #free: number
  readonly #places: number
  readonly #waiting: (() => void)[] = []
  #next = 0
  readonly #idle: (() => void)[] = []

  constructor(places = 1) {
    this.#free = places
    this.#places = places
  }

  /** Takes a place at once if one is free and nobody waits; saves a promise on the quiet path. */
  tryEnter(): boolean {
    if (this.#free === 0) return false
    this.#free -= 1
    return true
  }

  /** Resolves once it is the caller's turn. */
  enter(): Promise<void> {
    if (this.tryEnter()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Hands the place to the caller who has waited longest. */
  leave(): void {
    const next = this.#waiting[this.#next]
    if (next === undefined) {
      this.#free += 1
      if (this.#free === this.#places) for (const resolve of this.#idle.splice(0)) resolve()
      return
    }
    this.#next += 1
    if (this.#next >= 1024 || this.#next === this.#waiting.length) {
      this.#waiting.splice(0, this.#next)
      this.#next = 0
    }
    next()
  }

  /** How many callers wait for their turn. */
  get waiting(): number {
    return this.#waiting.length - this.#next
  }

  /** Resolves when nobody is in and nobody waits. */
  idle(): Promise<void> {
    if (this.#free === this.#places) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }
}
