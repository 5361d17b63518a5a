import type { WalPosition } from './wal-position.ts'

interface Sample {
  readonly position: WalPosition
  readonly atMs: number
}

/** Where the log of the primary ended, and when: what tells how old the newest thing is that a replica knows, also while nobody writes. */
export class WalHistory {
  readonly #keepMs: number
  #samples: Sample[] = []

  /** @param keepMs - a replica that is further behind is too far behind, however far it is. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  /** When the primary last said where it is; minus infinity before it has. */
  get newestMs(): number {
    return this.#samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY
  }

  /** @param atMs - just before the primary was asked: what was committed by then lies before the position. */
  add(position: WalPosition, atMs: number): void {
    const newest = this.#samples.at(-1)
    // A log that has become shorter is another server's, which took over before it had everything.
    if (newest !== undefined && position < newest.position) this.#samples = []
    this.#samples = [...this.#samples.filter((sample) => sample.atMs >= atMs - this.#keepMs), { position, atMs }]
  }

  /** How much older than the newest sample a server is that has replayed up to a position, at most; infinity when nothing of what is remembered has reached it. */
  lagMs(position: WalPosition): number {
    const reached = this.#samples.findLast((sample) => sample.position <= position)
    return reached === undefined ? Number.POSITIVE_INFINITY : this.newestMs - reached.atMs
  }
}
