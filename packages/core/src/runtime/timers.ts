import { setImmediate, setTimeout } from 'node:timers/promises'

/** Waiting and measuring inside the process: batch windows, the pauses between retries and between rounds. Never decides anything about the shop; that time is the `Clock`'s. */
export interface Timers {
  /** A clock that only moves forward, in ms from any start. */
  nowMs(): number
  /**
   * Resolves after `ms` milliseconds; 0 lets everything that is ready run first.
   *
   * @param signal - ends the sleep at once when it aborts, without an error, and leaves no timer behind.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => {
    if (ms <= 0) return setImmediate()
    return signal === undefined ? setTimeout(ms) : setTimeout(ms, undefined, { signal }).catch(unlessAborted(signal))
  },
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error
  }
}
