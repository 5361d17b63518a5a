import type { Timers } from './timers.ts'

/** In place of an answer that has not come yet. */
export const late = Symbol('late')

/** What `work` comes to within `ms` milliseconds, or else `late`: the work goes on all the same. Leaves no sleeper behind. */
export async function inTime<T>(timers: Timers, work: Promise<T>, ms: number): Promise<T | typeof late> {
  const ended = new AbortController()
  try {
    return await Promise.race([work, timers.sleep(ms, ended.signal).then((): typeof late => late)])
  } finally {
    ended.abort()
  }
}
