import { randomUUID } from 'node:crypto'
import type { RateLimiter } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { openedForTest } from '../opened-for-test.ts'

export interface OpenedRateLimiter {
  readonly limiter: RateLimiter
  /** Lets so many ms pass by the limiter's clock: moves a clock that the test has given it, or waits. */
  pass(ms: number): Promise<void>
  readonly dispose?: () => Promise<void>
}

export interface RateLimiterSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  readonly open: () => Promise<OpenedRateLimiter>
}

/** None of it comes back while a test runs. */
const day = 24 * 3_600_000

/**
 * Registers tests of the `RateLimiter` contract: exact under concurrency, refusals that cost nothing, waits that are true.
 *
 * @example
 * rateLimiterSuite({ name: 'my limiter', open: async () => ({ limiter: myLimiter(), pass: (ms) => sleep(ms) }) })
 */
export function rateLimiterSuite(options: RateLimiterSuiteOptions): void {
  describe(`${options.name}: rate limiter`, () => {
    const opened = openedForTest(options.open, async ({ dispose }) => dispose?.())
    const take = (key: string, burst: number, perMs: number, cost?: number) =>
      opened().limiter.take({ key, limit: { burst, perMs }, ...(cost === undefined ? {} : { cost }) })

    it('allows the burst, counts down, and refuses then', async () => {
      const key = randomUUID()
      const allowed = []
      for (let left = 3; left > 0; left -= 1) allowed.push(await take(key, 3, day))
      expect(allowed.map(({ allowed: yes, remaining, retryAfterMs }) => [yes, remaining, retryAfterMs])).toEqual([
        [true, 2, 0],
        [true, 1, 0],
        [true, 0, 0],
      ])
      const refused = await take(key, 3, day)
      expect([refused.allowed, refused.remaining]).toEqual([false, 0])
      expect(refused.retryAfterMs).toBeGreaterThan(day / 3 - 60_000)
      expect(refused.retryAfterMs).toBeLessThanOrEqual(day / 3)
      expect(refused.resetMs).toBeGreaterThan(day - 60_000)
      expect(refused.resetMs).toBeLessThanOrEqual(day)
    })

    it('allows exactly the burst to 64 who come at once', async () => {
      const key = randomUUID()
      const decisions = await Promise.all(Array.from({ length: 64 }, () => take(key, 10, day)))
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(10)
    })

    it('keeps keys apart', async () => {
      const [one, other] = [randomUUID(), randomUUID()]
      await take(one, 1, day)
      expect((await take(one, 1, day)).allowed).toBe(false)
      expect((await take(other, 1, day)).allowed).toBe(true)
    })

    it('takes several units at once, or none of them', async () => {
      const key = randomUUID()
      expect(await take(key, 5, day, 3)).toMatchObject({ allowed: true, remaining: 2 })
      expect(await take(key, 5, day, 3)).toMatchObject({ allowed: false, remaining: 2 })
      expect(await take(key, 5, day, 2)).toMatchObject({ allowed: true, remaining: 0 })
    })

    it('does not let refusals lengthen the wait', async () => {
      const key = randomUUID()
      await take(key, 1, day)
      const first = await take(key, 1, day)
      for (let count = 0; count < 20; count += 1) await take(key, 1, day)
      expect((await take(key, 1, day)).retryAfterMs).toBeLessThanOrEqual(first.retryAfterMs)
    })

    it('gives one unit back after the wait that it named, and all after the reset', async () => {
      const key = randomUUID()
      const perMs = 600
      let refused = await take(key, 2, perMs)
      while (refused.allowed) refused = await take(key, 2, perMs)
      await opened().pass(refused.retryAfterMs)
      expect((await take(key, 2, perMs)).allowed).toBe(true)
      const { resetMs } = await take(key, 2, perMs)
      await opened().pass(resetMs)
      expect(await take(key, 2, perMs)).toMatchObject({ allowed: true, remaining: 1 })
    })

    it.each([
      { what: 'a cost above the burst', request: { limit: { burst: 2, perMs: day }, cost: 3 } },
      { what: 'a burst of none', request: { limit: { burst: 0, perMs: day } } },
      { what: 'no time', request: { limit: { burst: 1, perMs: 0 } } },
      { what: 'part of a unit', request: { limit: { burst: 2, perMs: day }, cost: 0.5 } },
    ])('refuses $what', async ({ request }) => {
      await expect(opened().limiter.take({ key: randomUUID(), ...request })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })
  })
}
