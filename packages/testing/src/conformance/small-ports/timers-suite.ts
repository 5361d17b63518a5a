import type { Timers } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { openedForTest } from '../opened-for-test.ts'

export interface TimersSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** Timers that run by themselves; called before every test. */
  readonly open: () => Promise<Timers>
}

/**
 * Registers tests of the `Timers` contract: a clock that only moves forward, sleeps that last as long as they say by that clock, and a sleep of 0 that lets what
 * is ready run first.
 *
 * @example
 * timersSuite({ name: 'my timers', open: async () => myTimers() })
 */
export function timersSuite(options: TimersSuiteOptions): void {
  describe(`${options.name}: timers`, () => {
    const timers = openedForTest(options.open)

    it('have a clock that never goes back', async () => {
      const read: number[] = []
      for (let turn = 0; turn < 20; turn += 1) {
        for (let asked = 0; asked < 50; asked += 1) read.push(timers().nowMs())
        await timers().sleep(0)
      }
      expect(read.every(Number.isFinite)).toBe(true)
      expect(read).toEqual([...read].sort((a, b) => a - b))
    })

    it('sleep for as long as they are told, by their own clock', async () => {
      const before = timers().nowMs()
      await timers().sleep(20)
      // A timer may end up to a millisecond early, since it counts in whole ones.
      expect(timers().nowMs() - before).toBeGreaterThanOrEqual(19)
    })

    it('wake the shorter sleeper before the longer, whoever began first', async () => {
      const woken: string[] = []
      await Promise.all([
        timers()
          .sleep(60)
          .then(() => woken.push('long')),
        timers()
          .sleep(1)
          .then(() => woken.push('short')),
      ])
      expect(woken).toEqual(['short', 'long'])
    })

    it('end a sleep early when its signal aborts, before or during it', async () => {
      const controller = new AbortController()
      const before = timers().nowMs()
      const sleeping = timers().sleep(600_000, controller.signal)
      controller.abort()
      await sleeping
      await timers().sleep(600_000, controller.signal)
      expect(timers().nowMs() - before).toBeLessThan(600_000)
    })

    it('let everything that is ready run before a sleep of 0 is over', async () => {
      const ran: string[] = []
      const ready = async (name: string, steps: number) => {
        for (let step = 0; step < steps; step += 1) await Promise.resolve()
        ran.push(name)
      }
      const sleeping = timers()
        .sleep(0)
        .then(() => ran.push('slept'))
      await Promise.all([sleeping, ready('a', 1), ready('b', 50)])
      expect(ran).toEqual(['a', 'b', 'slept'])
    })
  })
}
