import { setImmediate, setTimeout } from 'node:timers/promises'

/** Waiting and measuring inside the process: batch windows and the pauses between retries. Never decides anything about the shop; that time is the `Clock`'s. */
export interface Timers {
  /** A clock that only moves forward, in ms from any start. */
  nowMs(): number
  /** Resolves after `ms` milliseconds; 0 lets everything that is ready run first. */
  sleep(ms: number): Promise<void>
}

export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  sleep: (ms) => (ms > 0 ? setTimeout(ms) : setImmediate()),
}
