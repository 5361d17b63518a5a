import { unknownPosition, type WalPosition } from './wal-position.ts'

interface Bookmark {
  readonly position: WalPosition
  readonly madeMs: number
}

/** How many readers are remembered one by one. */
const defaultCapacity = 10_000

/**
 * Remembers up to where a replica must have come for each reader to find what was written for them here. Who was written for long ago, or too many readers
 * ago, is forgotten, and then shares one bookmark with everybody who is forgotten: the furthest of them. So nobody is ever promised too little.
 */
export class Bookmarks {
  readonly #keepMs: number
  readonly #nowMs: () => number
  readonly #capacity: number
  /** In the order of their making. */
  readonly #kept = new Map<string, Bookmark>()
  #forgotten: WalPosition = 0

  /**
   * @param keepMs - how long a reader is remembered: no shorter than a replica may lag, so that what the forgotten share holds nobody up.
   * @param nowMs - a clock that only moves forward.
   */
  constructor(keepMs: number, nowMs: () => number, capacity = defaultCapacity) {
    this.#keepMs = keepMs
    this.#nowMs = nowMs
    this.#capacity = capacity
  }

  /** Notes that something was committed for these readers before a position. */
  note(readers: Iterable<string>, position: WalPosition): void {
    const madeMs = this.#nowMs()
    for (const reader of readers) {
      const known = this.#kept.get(reader)?.position ?? 0
      this.#kept.delete(reader)
      this.#kept.set(reader, { position: Math.max(known, position), madeMs })
    }
    for (const [reader, { position: passed }] of this.#kept) {
      if (this.#kept.size <= this.#capacity) break
      this.#forget(reader, passed)
    }
  }

  /** Where a replica must be for this reader; {@link unknownPosition} when none can be known to do. */
  of(reader: string): WalPosition {
    return this.#kept.get(reader)?.position ?? this.#forgotten
  }

  /** Learns where the primary's log ended at some time, which lies behind everything noted before, and forgets what is old. */
  passed(position: WalPosition, atMs: number): void {
    if (this.#forgotten === unknownPosition) this.#forgotten = position
    for (const [reader, bookmark] of this.#kept) {
      if (bookmark.madeMs >= atMs) break
      const known = bookmark.position === unknownPosition ? position : bookmark.position
      if (bookmark.madeMs < atMs - this.#keepMs) this.#forget(reader, known)
      else if (known !== bookmark.position) this.#kept.set(reader, { ...bookmark, position: known })
    }
  }

  #forget(reader: string, position: WalPosition): void {
    this.#kept.delete(reader)
    this.#forgotten = Math.max(this.#forgotten, position)
  }
}
