import { CommerceError } from '@cartwright/core'
import { expect, test } from 'vitest'
import type { LoadClock } from './load-clock.ts'
import { LoadTotals } from './load-totals.ts'
import { Recorder } from './recorder.ts'
import { VisitSteps } from './visit-steps.ts'

/** A visit that was to begin at 1,000 ms and begins at 1,400, on a clock that calls and pauses move. */
function lateVisit() {
  let nowMs = 1_400
  const pass = (ms: number): void => {
    nowMs += ms
  }
  const clock: LoadClock = {
    nowMs: () => nowMs,
    sleepUntil: async (atMs) => {
      nowMs = Math.max(nowMs, atMs)
    },
  }
  const recorder = new Recorder(0)
  const steps = new VisitSteps({ recorder, clock, random: () => 0, intendedMs: 1_000 })
  const measured = () => {
    const totals = new LoadTotals(0)
    totals.add(recorder.take())
    return totals.operations(1)
  }
  return { steps, pass, measured }
}

const busy = () => new CommerceError('STORAGE_BUSY', { details: {} })

test('the first call of a visit counts from when it was to begin, the next from the call, the whole from the beginning', async () => {
  const { steps, pass, measured } = lateVisit()
  await steps.run('first', async () => pass(100))
  await steps.run('second', async () => pass(50))
  steps.whole('purchase')
  const { first, second, purchase } = measured()
  expect(first?.max).toBeCloseTo(500, 0)
  expect(second?.max).toBeCloseTo(50, 0)
  expect(purchase?.max).toBeCloseTo(550, 0)
})

test('what is retryable is repeated, and all of it is one call', async () => {
  const { steps, pass, measured } = lateVisit()
  let tries = 0
  const answer = await steps.run('place', async () => {
    tries += 1
    pass(10)
    if (tries < 3) throw busy()
    return 'placed'
  })
  expect(answer).toBe('placed')
  // Three tries of 10 ms, two pauses of 5, and 400 that it came late.
  expect(measured().place).toMatchObject({ count: 1, errors: 0, retries: 2 })
})

test('a shop that stays busy for a minute has failed', async () => {
  const { steps, pass, measured } = lateVisit()
  const placing = steps.run('place', async () => {
    pass(5_000)
    throw busy()
  })
  await expect(placing).rejects.toThrow()
  const { place } = measured()
  expect(place).toMatchObject({ count: 1, errors: 1, errorCodes: { STORAGE_BUSY: 1 } })
  expect(place?.max).toBeGreaterThan(60_000)
  expect(place?.max).toBeLessThan(66_000)
})

test('a refusal that is expected is no error; an error is counted once, by the operation or else by the visit', async () => {
  const { steps, measured } = lateVisit()
  const short = new CommerceError('OUT_OF_STOCK', { details: { sku: 'HOT', requested: 1, available: 0 } })
  const placing = steps.run('place', () => Promise.reject(short), ['OUT_OF_STOCK'])
  await expect(placing).rejects.toBe(short)
  steps.ended(short)
  steps.ended(new TypeError('no such property'))
  const { place, visit } = measured()
  expect(place).toMatchObject({ count: 1, errors: 0, refusals: { OUT_OF_STOCK: 1 } })
  expect(visit).toMatchObject({ count: 1, errorCodes: { UNEXPECTED: 1 }, errorExamples: { UNEXPECTED: 'no such property' } })
})
