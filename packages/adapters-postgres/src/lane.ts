import { storageBusy } from './postgres-errors.ts'

interface Waiting {
  readonly enter: () => void
  readonly timer: NodeJS.Timeout
}

/** Lets so many in at once, in the order of their coming; who has waited for the whole deadline is turned away with `STORAGE_BUSY`. */
export class Lane {
  readonly #places: number
  readonly #deadlineMs: number
  readonly #queue = new Set<Waiting>()
  #inside = 0
  #idle: (() => void)[] = []

  constructor(places: number, deadlineMs: number) {
    this.#places = places
    this.#deadlineMs = deadlineMs
  }

  /** @throws STORAGE_BUSY */
  async enter(): Promise<void> {
    if (this.#inside < this.#places) {
      this.#inside += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue.delete(waiting)
        reject(storageBusy(`No connection became free within ${this.#deadlineMs} ms`))
      }, this.#deadlineMs)
      const waiting: Waiting = { enter: resolve, timer }
      this.#queue.add(waiting)
    })
  }

  /** Hands the place to who has waited longest. */
  leave(): void {
    const [next] = this.#queue
    if (next !== undefined) {
      this.#queue.delete(next)
      clearTimeout(next.timer)
      next.enter()
      return
    }
    this.#inside -= 1
    if (this.#inside === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Resolves when nobody is inside and nobody waits. */
  async idle(): Promise<void> {
    if (this.#inside > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }
}
