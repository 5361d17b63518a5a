import type { Random } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless, type Lacks } from '../capability.ts'
import { openedForTest } from '../opened-for-test.ts'

export interface RandomSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** A new source; called before every test. */
  readonly open: () => Promise<Random>
  /** `independence`: two sources give other bytes. A source that a seed decides lacks it. */
  readonly lacks?: Lacks<'independence'>
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/**
 * Registers tests of the `Random` contract: as many bytes as asked for, each handed out once, evenly spread. Whether they are cryptographically strong no test
 * can tell: take them from the system.
 *
 * @example
 * randomSuite({ name: 'my generator', open: async () => myRandom() })
 */
export function randomSuite(options: RandomSuiteOptions): void {
  describe(`${options.name}: random bytes`, () => {
    const random = openedForTest(options.open)

    it.each([0, 1, 10, 16, 32, 4095, 4096, 4097, 100_000])('come as many as asked for: %i', (length) => {
      const bytes = random().bytes(length)
      expect(bytes).toBeInstanceOf(Uint8Array)
      expect(bytes).toHaveLength(length)
    })

    it('are handed out once, through any number of calls', () => {
      const drawn = Array.from({ length: 5000 }, () => hex(random().bytes(16)))
      expect(new Set(drawn).size).toBe(drawn.length)
    })

    it('belong to the caller: later calls do not change them, nor do they change later calls', () => {
      const first = random().bytes(16)
      const before = hex(first)
      const second = random().bytes(16)
      expect(hex(first)).toBe(before)
      const after = hex(second)
      first.fill(0)
      expect(hex(second)).toBe(after)
      expect(hex(random().bytes(16))).not.toBe('0'.repeat(32))
    })

    it('are spread evenly: chi-square of 65,536 bytes over their 256 values', () => {
      const counts = new Array<number>(256).fill(0)
      const total = 65_536
      for (const byte of random().bytes(total)) counts[byte] = (counts[byte] ?? 0) + 1
      const expected = total / 256
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
      // 255 degrees of freedom: 8 standard deviations (22.6 each) about the mean; chance alone leaves it less than once in 10^12.
      expect(chiSquare).toBeGreaterThan(75)
      expect(chiSquare).toBeLessThan(435)
    })

    itUnless(options.lacks?.independence, 'are others from another source', async () => {
      const other = await options.open()
      expect(hex(random().bytes(32))).not.toBe(hex(other.bytes(32)))
    })
  })
}
