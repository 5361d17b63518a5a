import type { Timers } from '@cartwright/core/ports'

/** Timers that stand still until they are told to move. */
export interface ManualTimers extends Timers {
  /** Moves on by `ms` milliseconds, and wakes whoever has slept long enough. */
  advance(ms: number): void
}

/** Timers that stand still until they are moved; whoever sleeps wakes when its time has come. */
export function manualTimers(): ManualTimers {
  let nowMs = 0
  let sleepers: { readonly atMs: number; readonly wake: () => void }[] = []
  return {
    nowMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { atMs: nowMs + ms, wake: () => resolve() }
        const end = () => {
          sleepers = sleepers.filter((one) => one !== sleeper)
          resolve()
        }
        if (signal?.aborted === true) return resolve()
        sleepers.push(sleeper)
        signal?.addEventListener('abort', end, { once: true })
      }),
    advance: (ms) => {
      nowMs += ms
      const due = sleepers.filter(({ atMs }) => atMs <= nowMs)
      sleepers = sleepers.filter(({ atMs }) => atMs > nowMs)
      for (const { wake } of due) wake()
    },
  }
}
