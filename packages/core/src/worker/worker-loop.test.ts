import { describe, expect, test } from 'vitest'
import { placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Timers } from '../runtime/timers.ts'
import { type WorkerJob, workerJobs } from './worker-input.ts'

/** Sleepers that only the test, or their signal, wakes. */
class HandTimers implements Timers {
  readonly pausesMs: number[] = []
  #sleepers: (() => void)[] = []

  nowMs(): number {
    return 0
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0) return new Promise((resolve) => setImmediate(resolve))
    this.pausesMs.push(ms)
    return new Promise((resolve) => {
      if (signal?.aborted) resolve()
      signal?.addEventListener('abort', () => resolve(), { once: true })
      this.#sleepers.push(resolve)
    })
  }
  wake(): void {
    for (const wake of this.#sleepers.splice(0)) wake()
  }
}

/** Resolves with the rounds of a worker as they come. */
function rounds() {
  const heard: WorkerJob[] = []
  let next = Promise.withResolvers<void>()
  return {
    heard,
    onRound: (job: WorkerJob) => {
      heard.push(job)
      next.resolve()
      next = Promise.withResolvers()
    },
    until: async (enough: () => boolean) => {
      while (!enough()) await next.promise
    },
  }
}

describe('a running worker', () => {
  test('does every job, and again after its pause, until it is stopped', async () => {
    const timers = new HandTimers()
    const { commerce } = await testShop({ timers })
    const { heard, onRound, until } = rounds()
    const worker = commerce.worker.start({ onRound, pausesMs: { sweep: 7 } })
    await until(() => new Set(heard).size === workerJobs.length)
    expect(timers.pausesMs).toContain(7)
    timers.wake()
    await until(() => heard.filter((job) => job === 'completer').length >= 2)
    await worker.stop()
    const count = heard.length
    timers.wake()
    await worker.ended
    expect(heard.length).toBe(count)
  })

  test('finishes what was cut off', async () => {
    const timers = new HandTimers()
    const { commerce, clock } = await testShop({ timers })
    await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_timeout', 'k')
    clock.advance(3_600_000)
    let completed = 0
    const { heard, onRound, until } = rounds()
    const worker = commerce.worker.start({
      jobs: ['completer'],
      onRound: (job, report) => {
        completed += report.done
        onRound(job)
      },
    })
    await until(() => heard.length > 0)
    await worker.stop()
    expect(completed).toBe(1)
  })

  test('rests longer and longer while its rounds fail, and says why', async () => {
    const timers = new HandTimers()
    const warned: unknown[] = []
    const logger: Logger = { debug() {}, info() {}, warn: (fields) => void warned.push(fields.job), error() {} }
    const { commerce } = await testShop({ timers, logger, random: { bytes: (length) => new Uint8Array(length).fill(255) } })
    await commerce.storage.close()
    const worker = commerce.worker.start({ jobs: ['expiry'], pausesMs: { expiry: 1_000 } })
    for (let failures = 1; failures <= 7; failures += 1) {
      while (timers.pausesMs.length < failures) await new Promise((resolve) => setImmediate(resolve))
      timers.wake()
    }
    await worker.stop()
    expect(timers.pausesMs.slice(0, 7).map((ms) => Math.round(ms / 1_000))).toEqual([2, 4, 8, 16, 30, 30, 30])
    expect(new Set(warned)).toEqual(new Set(['expiry']))
  })

  test('is stopped by the closing of the shop', async () => {
    const { commerce } = await testShop()
    const worker = commerce.worker.start()
    await commerce.close()
    await worker.ended
  })

  test('refuses jobs and pauses that it does not know', async () => {
    const { commerce } = await testShop()
    expect(() => commerce.worker.start({ jobs: ['cleaning'] as never })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => commerce.worker.start({ pausesMs: { sweep: 0 } })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })
})
