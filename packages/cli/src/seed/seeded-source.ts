import { hash } from 'node:crypto'
import type { Random } from '@cartwright/core'

/** Random numbers that its name decides: the same name, the same numbers, on every machine. Not for secrets. */
export interface SeededSource extends Random {
  /** From 0 up to, but not, 1. */
  readonly unit: () => number
  /** From `from` to `to`, both included. */
  integer(from: number, to: number): number
  /** One of the items, which must not be none. */
  pick<T>(items: readonly T[]): T
  /** True with this probability. */
  chance(probability: number): boolean
}

/**
 * Makes a source of its own for each thing that is made, so that making one never shifts the numbers of another, whatever the order or after a restart. The
 * generator is Chris Doty-Humphrey's sfc32 (PractRand), whose 128 bits of state are the SHA-256 of the name.
 *
 * @param name - e.g. the seed, `product`, its index.
 */
export function seededSource(...name: readonly (string | number)[]): SeededSource {
  const digest = Buffer.from(hash('sha256', name.join('/')), 'hex')
  let [a, b, c, counter] = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)]
  const word = (): number => {
    const sum = (a + b + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0
    return sum
  }
  const unit = (): number => word() / 0x1_0000_0000
  const integer = (from: number, to: number): number => from + Math.floor(unit() * (to - from + 1))
  return {
    unit,
    integer,
    pick: <T>(items: readonly T[]): T => items[integer(0, items.length - 1)] as T,
    chance: (probability) => unit() < probability,
    bytes: (length) => Uint8Array.from({ length }, () => word() & 0xff),
  }
}
