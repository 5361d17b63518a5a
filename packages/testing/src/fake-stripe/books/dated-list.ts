interface Dated {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
}

/** Objects in the order of their times, found by their ids and times without being walked: a load test lists tens of thousands, page by page. */
export class DatedList<T extends Dated> {
  readonly #items: T[] = []
  readonly #places = new Map<string, number>()

  /** Oldest first. */
  get items(): readonly T[] {
    return this.#items
  }

  add(item: T): void {
    this.#places.set(item.id, this.#items.push(item) - 1)
  }

  get(id: string): T | undefined {
    return this.#items[this.#places.get(id) ?? -1]
  }

  placeOf(id: string): number | undefined {
    return this.#places.get(id)
  }

  /** The present, or the time of the newest where the clock was put back: that does not put the list out of order. */
  nextTime(seconds: number): number {
    return Math.max(seconds, this.#items.at(-1)?.created ?? 0)
  }
}
