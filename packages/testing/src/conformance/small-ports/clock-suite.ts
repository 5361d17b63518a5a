import type { Clock, Now } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { openedForTest } from '../opened-for-test.ts'

export interface ClockSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** Called before every test. */
  readonly open: () => Promise<Clock>
}

function isNow(now: Now): boolean {
  return now.source === 'database' ? Object.keys(now).length === 1 : now.source === 'value' && Number.isSafeInteger(now.at.getTime())
}

/**
 * Registers tests of the `Clock` contract: every answer is the database's clock or a whole millisecond, and nobody who got one can move it.
 *
 * @example
 * clockSuite({ name: 'replay', open: async () => replayClock(recording) })
 */
export function clockSuite(options: ClockSuiteOptions): void {
  describe(`${options.name}: clock`, () => {
    const clock = openedForTest(options.open)

    it('says at once where a transaction takes its time from: the database, or a valid moment', () => {
      for (let asked = 0; asked < 100; asked += 1) expect(isNow(clock().now()), JSON.stringify(clock().now())).toBe(true)
    })

    it('does not change its source', () => {
      const { source } = clock().now()
      for (let asked = 0; asked < 100; asked += 1) expect(clock().now().source).toBe(source)
    })

    it('is not moved by a change to a date it gave out', () => {
      const first = clock().now()
      if (first.source === 'value') first.at.setFullYear(1999)
      const second = clock().now()
      expect(second.source === 'value' && second.at.getFullYear() === 1999).toBe(false)
    })

    it('works apart from its object: a function taken out of it', () => {
      const { now } = clock()
      expect(isNow(now())).toBe(true)
    })
  })
}
