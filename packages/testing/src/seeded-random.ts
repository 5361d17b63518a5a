import type { Random } from '@cartwright/core/ports'

/** Random numbers that a seed decides: the same seed, the same numbers, on every machine. Not for secrets. */
export interface SeededRandom extends Random {
  readonly seed: number
  /** An integer from `from` to `to`, both included. */
  integer(from: number, to: number): number
  /** One of the items, which must not be none. */
  pick<T>(items: readonly T[]): T
}

/**
 * Makes a generator from a seed: a golden-ratio counter mixed by the splitmix32 finaliser, period 2^32.
 *
 * @param seed - any integer; its low 32 bits count.
 */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let word = state
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return (word ^ (word >>> 15)) >>> 0
  }
  const integer = (from: number, to: number): number => from + Math.floor((next() / 0x1_0000_0000) * (to - from + 1))
  return {
    seed,
    integer,
    pick: <T>(items: readonly T[]): T => items[integer(0, items.length - 1)] as T,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  }
}
