import { CommerceError, type Timers } from '@cartwright/core/ports'

const longestPauseMs = 16

/**
 * Waits for a lock that other processes hold, by trying again at random intervals: SQLite's own waiting would block the event loop, and equal intervals would
 * let two processes miss each other for ever.
 *
 * The deadline runs only while others hold the lock. Time spent behind transactions of this process does not count; but once the lock has been out of reach
 * for the whole deadline, those who waited behind the one that failed are not made to wait as long again.
 */
export class LockWait {
  readonly #deadlineMs: number
  readonly #timers: Timers
  #blockedAt: number | undefined

  constructor(deadlineMs: number, timers: Timers) {
    this.#deadlineMs = deadlineMs
    this.#timers = timers
  }

  /**
   * @param attempt - returns false while the lock is held by someone else.
   * @param since - when the caller began to wait, by the same timers.
   * @throws STORAGE_BUSY at the deadline.
   */
  async until(attempt: () => boolean, since: number): Promise<void> {
    for (let failures = 0; !attempt(); failures += 1) {
      const now = this.#timers.nowMs()
      this.#blockedAt ??= now
      if (now - Math.max(since, this.#blockedAt) >= this.#deadlineMs) throw new CommerceError('STORAGE_BUSY', { details: {} })
      await this.#timers.sleep(1 + Math.random() * Math.min(2 ** failures, longestPauseMs))
    }
    this.#blockedAt = undefined
  }

  /** One try, for the common case that the lock is free. */
  now(attempt: () => boolean): boolean {
    if (!attempt()) return false
    this.#blockedAt = undefined
    return true
  }
}
