import type { SeededRandom } from '../seeded-random.ts'

/** Whoever takes turns: a simulated process, which may die. */
export interface Mortal {
  readonly name: string
  readonly alive: boolean
}

interface Waiting {
  readonly owner: Mortal
  readonly label: string
  readonly go: () => void
}

/** How long to wait, in real time, for a storage that works outside this process before the run counts as stuck. */
const stuckAfterMs = 30_000

/**
 * Puts the asynchronous steps of a run in an order that a seed decides. Whoever comes to the boundary of a step asks for a turn; once nothing in the process moves any
 * more, one of those who wait is let go on.
 */
export class Scheduler {
  #waiting: Waiting[] = []
  #arrival: (() => void) | undefined
  /** Turns given so far. */
  turns = 0
  /** A digest of who was let go on, in order: equal for equal runs. */
  digest = 0x811c_9dc5

  /** Resolves when the run lets `owner` go on; never once it is dead. */
  turn(owner: Mortal, label: string): Promise<void> {
    if (!owner.alive) return new Promise(() => {})
    return new Promise((go) => {
      this.#waiting.push({ owner, label, go })
      this.#arrival?.()
    })
  }

  /** Forgets what a dead process waits for. */
  forget(owner: Mortal): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.owner !== owner)
  }

  /**
   * Gives turns until nothing is under way, `limit` turns were given, or it is stuck.
   *
   * @param isIdle - whether nothing is under way.
   * @param before - told whose turn it is about to be; `false` withholds it for good.
   */
  async run(
    random: SeededRandom,
    { limit = Number.POSITIVE_INFINITY, isIdle, before }: { limit?: number; isIdle: () => boolean; before: (owner: Mortal, label: string) => boolean },
  ): Promise<'idle' | 'limit' | 'stuck'> {
    for (let given = 0; given < limit; ) {
      await quiet()
      if (isIdle()) return 'idle'
      if (this.#waiting.length === 0) {
        if (!(await this.#someoneComes(isIdle))) return 'stuck'
        continue
      }
      const index = this.#waiting.length === 1 ? 0 : random.integer(0, this.#waiting.length - 1)
      const [next] = this.#waiting.splice(index, 1) as [Waiting]
      given += 1
      this.turns += 1
      this.#note(next)
      if (before(next.owner, next.label)) next.go()
    }
    return 'limit'
  }

  /** For a storage that works outside this process: waits until an answer of its has brought somebody here. */
  async #someoneComes(isIdle: () => boolean): Promise<boolean> {
    const untilMs = performance.now() + stuckAfterMs
    while (this.#waiting.length === 0 && !isIdle()) {
      if (performance.now() > untilMs) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 5)
        this.#arrival = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#arrival = undefined
    }
    return true
  }

  #note({ owner, label }: Waiting): void {
    let digest = this.digest
    for (const text of [owner.name, label]) for (let at = 0; at < text.length; at += 1) digest = Math.imul(digest ^ text.charCodeAt(at), 0x0100_0193)
    this.digest = digest >>> 0
  }
}

/** Resolves once every promise that could go on has done so: ticks run only when no microtask is left. */
function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
