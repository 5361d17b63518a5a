import { expect, test } from 'vitest'
import { LatencyHistogram } from './latency-histogram.ts'
import { LoadTotals } from './load-totals.ts'
import { Recorder } from './recorder.ts'
import { Timeline } from './timeline.ts'

function latencies(...values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const ms of values) histogram.record(ms)
  return histogram
}

test('percentiles of several processes are those of all their answers together', () => {
  const [fast, slow] = [new Recorder(0), new Recorder(0)]
  for (let call = 1; call <= 900; call += 1) fast.answered('catalog.get', 10, call)
  for (let call = 1; call <= 100; call += 1) slow.answered('catalog.get', 1_000, call)
  const totals = new LoadTotals(0)
  for (const recorder of [fast, slow]) totals.add(recorder.take())
  const operation = totals.operations(10)['catalog.get']
  expect(operation).toMatchObject({ count: 1_000, perSecond: 100, errors: 0, refusals: {}, retries: 0 })
  expect(operation?.p50).toBeCloseTo(10, 1)
  expect(operation?.p95).toBeCloseTo(1_000, -1)
  expect(operation?.max).toBeCloseTo(1_000, -1)
})

test('errors, refusals and repeats are counted by code, with what the first error said', () => {
  const recorder = new Recorder(0)
  recorder.failed('checkout.place', { code: 'STORAGE_BUSY', message: 'first' }, 5, 10)
  recorder.failed('checkout.place', { code: 'STORAGE_BUSY', message: 'second' }, 5, 20)
  recorder.refused('checkout.place', 'OUT_OF_STOCK', 5, 30)
  recorder.retried('checkout.place', 40)
  const totals = new LoadTotals(0)
  totals.add(recorder.take())
  totals.add(recorder.take())
  expect(totals.operations(1)['checkout.place']).toMatchObject({
    count: 3,
    errors: 2,
    errorCodes: { STORAGE_BUSY: 2 },
    errorExamples: { STORAGE_BUSY: 'first' },
    refusals: { OUT_OF_STOCK: 1 },
    retries: 1,
  })
})

test('the warm-up is drawn and not counted', () => {
  const recorder = new Recorder(0)
  recorder.answered('search.query', 50, 1_500)
  recorder.answered('search.query', 2, 2_100)
  const totals = new LoadTotals(2)
  totals.add(recorder.take())
  expect(totals.operations(1)['search.query']).toMatchObject({ count: 1, p99: 2 })
  expect(totals.timeline.points(3).map(({ operations }) => operations['search.query']?.perSecond ?? 0)).toEqual([0, 1, 1])
})

test('a whole purchase is no call of its own', () => {
  const recorder = new Recorder(0)
  recorder.answered('checkout.place', 5, 10)
  recorder.answered('purchase', 500, 10)
  const totals = new LoadTotals(0)
  totals.add(recorder.take())
  expect(totals.calls(1).count).toBe(1)
  expect(totals.calls(1).max).toBeCloseTo(5, 2)
})

test('a long run is drawn in longer stretches that lose no answer', () => {
  const timeline = new Timeline()
  for (let second = 0; second < 1_000; second += 1) timeline.add(second, 'search.query', latencies(10), second % 100 === 0 ? 1 : 0)
  const points = timeline.points(1_000)
  expect(timeline.bucketSeconds).toBe(16)
  expect(points).toHaveLength(63)
  expect(points.every(({ operations }) => operations['search.query']?.perSecond === 1)).toBe(true)
  expect(points.reduce((sum, { operations }) => sum + (operations['search.query']?.errors ?? 0), 0)).toBe(10)
})

test('a last stretch is measured by its length, and left out when it is too short to say anything', () => {
  const timeline = new Timeline()
  for (const second of [0, 1, 2]) timeline.add(second, 'search.query', latencies(10, 10, 10), 0)
  const rates = (seconds: number) => timeline.points(seconds).map(({ operations }) => operations['search.query']?.perSecond)
  expect(rates(2.75)).toEqual([3, 3, 4])
  expect(rates(2.25)).toEqual([3, 3])
})
