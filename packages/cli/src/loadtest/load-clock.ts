import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'

/** The time of a load test inside one process. */
export interface LoadClock {
  /** Only moves forward; ms from any start. */
  nowMs(): number
  /** Resolves at that moment, at once if it has passed, and early when the signal aborts. */
  sleepUntil(atMs: number, signal: AbortSignal): Promise<void>
}

export const systemClock: LoadClock = {
  nowMs: () => performance.now(),
  sleepUntil: async (atMs, signal) => {
    const ms = atMs - performance.now()
    if (ms <= 0 || signal.aborted) {
      // An embedded database answers without leaving the process: without a turn of the event loop, no message would get through.
      await turn()
      return
    }
    try {
      await sleep(ms, undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
    }
  },
}
