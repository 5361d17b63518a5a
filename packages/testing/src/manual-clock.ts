import { type IdSource, uuidV7Source } from '@cartwright/core'
import type { Clock, Random } from '@cartwright/core/ports'

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** The present moment. */
  date(): Date
  /** Moves on by `ms` milliseconds, ≥ 0. */
  advance(ms: number): void
  /** Jumps to `date`, back too. */
  set(date: Date): void
}

/** A clock that stands at `start`: every transaction takes place at that moment until the clock is moved. */
export function manualClock(start: Date): ManualClock {
  let at = new Date(start)
  return {
    now: () => ({ source: 'value', at: new Date(at) }),
    date: () => new Date(at),
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError('advance takes milliseconds from 0 up; use set to go back')
      at = new Date(at.getTime() + ms)
    },
    set: (date) => {
      at = new Date(date)
    },
  }
}

/** Ids that a seed and a clock decide: a run with the same seed makes the same ids. */
export function seededIds(random: Random, clock: ManualClock): IdSource {
  return uuidV7Source(random, () => clock.date().getTime())
}
