import { expect, test } from 'vitest'
import { seededSource } from '../seed/seeded-source.ts'
import type { LoadClock } from './load-clock.ts'
import { arrivals, closedLoad, openLoad } from './load-schedule.ts'

/** Time that moves only when everybody waits for it. */
class ManualLoadClock implements LoadClock {
  #nowMs = 0
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
    if (atMs <= this.#nowMs || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      this.#sleepers.push({ atMs, wake: resolve })
      signal.addEventListener('abort', () => resolve())
    })
  }

  /** Lets time pass until the work is done. */
  async during(work: Promise<unknown>): Promise<void> {
    let done = false
    const end = (): void => {
      done = true
    }
    work.then(end, end)
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve))
      const next = this.#sleepers.sort((a, b) => a.atMs - b.atMs).shift()
      if (next === undefined) continue
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.wake()
    }
    await work
  }
}

const never = new AbortController().signal

function openLoadOf(clock: LoadClock, visit: (index: number, intendedMs: number) => Promise<void>, changes: Partial<Parameters<typeof openLoad>[0]> = {}) {
  const random = seededSource('schedule', 1).unit
  const onUnstarted = (): void => undefined
  return openLoad({
    clock,
    startMs: 0,
    endMs: 10_000,
    signal: never,
    visit,
    visits: null,
    random,
    perSecond: 10,
    maxRunning: 1_000,
    patienceMs: 60_000,
    onUnstarted,
    ...changes,
  })
}

test('arrivals come at the rate, at random distances, and the same ones from the same seed', () => {
  const first = (seed: number): number[] => {
    const moments = arrivals(50, seededSource('arrivals', seed).unit)
    return Array.from({ length: 5_000 }, () => moments.next().value)
  }
  const moments = first(1)
  expect(moments.at(-1)).toBeGreaterThan(95_000)
  expect(moments.at(-1)).toBeLessThan(105_000)
  const gaps = moments.map((atMs, index) => atMs - (moments[index - 1] ?? 0))
  // Of an exponential distribution a share of 1/e is longer than the mean.
  expect(gaps.filter((gap) => gap > 20).length / gaps.length).toBeCloseTo(Math.exp(-1), 1)
  expect(first(1)).toEqual(moments)
  expect(first(2)).not.toEqual(moments)
})

test('open load keeps its schedule while a shop stalls, and charges the wait to everyone who would have come', async () => {
  const clock = new ManualLoadClock()
  const begun: { readonly atMs: number; readonly intendedMs: number }[] = []
  const latencies: number[] = []
  const stalledUntilMs = 5_000
  const visit = async (_index: number, intendedMs: number): Promise<void> => {
    begun.push({ atMs: clock.nowMs(), intendedMs })
    await clock.sleepUntil(Math.max(stalledUntilMs, clock.nowMs() + 1), never)
    latencies.push(clock.nowMs() - intendedMs)
  }
  await clock.during(openLoadOf(clock, visit))
  expect(begun.length).toBeGreaterThan(70)
  expect(begun.every(({ atMs, intendedMs }) => atMs === intendedMs)).toBe(true)
  const early = begun.filter(({ intendedMs }) => intendedMs < stalledUntilMs)
  expect(latencies.slice(0, early.length)).toEqual(early.map(({ intendedMs }) => stalledUntilMs - intendedMs))
})

test('a visit that finds no room begins late and still counts from when it was to begin', async () => {
  const clock = new ManualLoadClock()
  const waits: number[] = []
  let running = 0
  const visit = async (_index: number, intendedMs: number): Promise<void> => {
    running += 1
    expect(running).toBe(1)
    waits.push(clock.nowMs() - intendedMs)
    await clock.sleepUntil(clock.nowMs() + 200, never)
    running -= 1
  }
  await clock.during(openLoadOf(clock, visit, { maxRunning: 1 }))
  // Twice as many come as can be served: the last ones wait about half of the whole time.
  expect(waits.length).toBeGreaterThan(70)
  expect(Math.max(...waits)).toBeGreaterThan(5_000)
})

test('visits that have not begun so long after the end are reported, each with its moment', async () => {
  const clock = new ManualLoadClock()
  const unstarted: number[] = []
  let visits = 0
  const visit = async (): Promise<void> => {
    visits += 1
    await clock.sleepUntil(clock.nowMs() + 1_000, never)
  }
  await clock.during(openLoadOf(clock, visit, { maxRunning: 1, patienceMs: 2_000, onUnstarted: (intendedMs) => unstarted.push(intendedMs) }))
  const expected = openCount()
  expect(visits).toBeLessThan(15)
  expect(unstarted).toHaveLength(expected - visits)
  expect(unstarted.every((intendedMs) => intendedMs < 10_000)).toBe(true)
})

/** How many visits the schedule of these tests has. */
function openCount(): number {
  const moments = arrivals(10, seededSource('schedule', 1).unit)
  let count = 0
  while (moments.next().value < 10_000) count += 1
  return count
}

test('an open load that is stopped begins nothing more, and waits for what runs', async () => {
  const clock = new ManualLoadClock()
  const controller = new AbortController()
  let finished = 0
  const visit = async (index: number): Promise<void> => {
    if (index === 4) controller.abort()
    await clock.sleepUntil(clock.nowMs() + 3_000, never)
    finished += 1
  }
  await clock.during(openLoadOf(clock, visit, { signal: controller.signal }))
  expect(finished).toBe(5)
})

test('closed load has one visit a client at a time, with its pause between', async () => {
  const clock = new ManualLoadClock()
  const begun: number[] = []
  let running = 0
  const visit = async (): Promise<void> => {
    running += 1
    expect(running).toBeLessThanOrEqual(2)
    begun.push(clock.nowMs())
    await clock.sleepUntil(clock.nowMs() + 300, never)
    running -= 1
  }
  const random = (): number => 0.5
  await clock.during(closedLoad({ clock, startMs: 0, endMs: 2_000, signal: never, visit, visits: null, clients: 2, pauseMs: () => 100, random }))
  expect(begun).toEqual([50, 50, 450, 450, 850, 850, 1_250, 1_250, 1_650, 1_650])
})

test('closed load ends after so many visits', async () => {
  const clock = new ManualLoadClock()
  const indexes: number[] = []
  const visit = async (index: number): Promise<void> => {
    indexes.push(index)
    await clock.sleepUntil(clock.nowMs() + 10, never)
  }
  await clock.during(closedLoad({ clock, startMs: 0, endMs: null, signal: never, visit, visits: 7, clients: 3, pauseMs: () => 0, random: () => 0 }))
  expect(indexes).toEqual([0, 1, 2, 3, 4, 5, 6])
})
