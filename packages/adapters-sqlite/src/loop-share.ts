import type { Timers } from '@cartwright/core/ports'

/** After so long without a turn of the event loop, the next transaction lets one pass. */
const turnEveryMs = 10
/** After so long of one transaction upon another, the next one leaves the lock free for a moment. */
const burstMs = 50
const pauseMs = 1
/** A gap so long between two transactions gave others their chance already. */
const gapMs = 1

/**
 * Keeps a busy writer polite. SQLite answers at once, so a chain of transactions is a chain of microtasks: without a break, timers and sockets of the host
 * would wait for its end, and so would other processes, which can only try the lock again and again and hope to find it free.
 */
export class LoopShare {
  readonly #sharedWithProcesses: boolean
  readonly #timers: Timers
  #turnAt: number
  #burstAt: number
  #doneAt = 0

  constructor(sharedWithProcesses: boolean, timers: Timers) {
    this.#sharedWithProcesses = sharedWithProcesses
    this.#timers = timers
    this.#turnAt = timers.nowMs()
    this.#burstAt = this.#turnAt
  }

  /** To be awaited before the write lock is taken; undefined when no break is due. */
  beforeWrite(): Promise<void> | undefined {
    const now = this.#timers.nowMs()
    if (now - this.#doneAt > gapMs) this.#burstAt = now
    if (this.#sharedWithProcesses && now - this.#burstAt > burstMs) return this.#leaveLockFree()
    return now - this.#turnAt > turnEveryMs ? this.#break(0) : undefined
  }

  afterWrite(): void {
    this.#doneAt = this.#timers.nowMs()
  }

  /** The same for a snapshot, which keeps nobody from the lock. */
  beforeRead(): Promise<void> | undefined {
    return this.#timers.nowMs() - this.#turnAt > turnEveryMs ? this.#break(0) : undefined
  }

  async #leaveLockFree(): Promise<void> {
    await this.#break(pauseMs)
    this.#burstAt = this.#turnAt
  }

  async #break(ms: number): Promise<void> {
    await this.#timers.sleep(ms)
    this.#turnAt = this.#timers.nowMs()
  }
}
