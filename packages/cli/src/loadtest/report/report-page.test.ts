import { expect, test } from 'vitest'
import { LatencyHistogram } from '../latency-histogram.ts'
import type { LoadResult } from '../load-result.ts'
import { Timeline } from '../timeline.ts'
import { lineChart } from './line-chart.ts'
import { reportPage } from './report-page.ts'
import { niceScale, tickText, timeText, timeTicks } from './scale.ts'

const operation = {
  count: 60,
  perSecond: 20,
  p50: 4,
  p95: 8,
  p99: 9,
  max: 9.5,
  errors: 2,
  errorCodes: { STORAGE_BUSY: 2 },
  errorExamples: { STORAGE_BUSY: 'a <b>lock</b>' },
  refusals: { OUT_OF_STOCK: 50 },
  retries: 7,
}

const result: LoadResult = {
  scenario: 'flash-sale',
  seconds: 3,
  operations: { 'checkout.place': operation },
  stock: { supply: 8, demand: 60, sold: 9, oversold: 1, undersold: 0 },
  audit: { violations: 3, checks: [{ id: 'I1', violations: 3 }] },
  objectives: [{ objective: 'p99=5ms', actual: 9, met: false }],
  interrupted: false,
  ok: false,
}

function page(): string {
  const timeline = new Timeline()
  const latencies = new LatencyHistogram()
  for (let ms = 1; ms <= 20; ms += 1) latencies.record(ms)
  for (let second = 0; second < 3; second += 1) timeline.add(second, 'checkout.place', latencies, second)
  const aftermath = { sold: {}, orders: 9, violations: 3, broken: [{ id: 'I1', invariant: 'Nothing is sold twice.', violations: 3, samples: [] }] } as const
  const outcome = { result, engine: 'sqlite', timeline: timeline.points(3), aftermath }
  return reportPage({
    plan: { scenario: 'flash-sale', warmUpSeconds: 0 },
    outcome,
    environment: [
      ['engine', 'sqlite'],
      ['seed', '7'],
    ],
    madeAt: new Date('2026-03-01T12:00:00Z'),
  })
}

test('a page shows figures, charts, codes, objectives, stock, audit and environment', () => {
  const html = page()
  for (const part of [
    'Load test: flash-sale',
    '>failed<',
    '<polyline',
    '<polygon',
    'Errors <span',
    'OUT_OF_STOCK',
    'STORAGE_BUSY',
    'p99=5ms',
    '>missed<',
    'Nothing is sold twice.',
    '<dt>seed</dt><dd>7</dd>',
    '2026-03-01 12:00 UTC',
  ]) {
    expect(html).toContain(part)
  }
})

test('what a shop said is text, never markup', () => {
  expect(page()).toContain('a &lt;b&gt;lock&lt;/b&gt;')
})

test('a page asks nobody for anything', () => {
  expect(page()).not.toMatch(/<script|<link|<img|<iframe|src=|href=|url\(|@import|https?:/)
})

test('a line breaks where nothing was measured, and a single point is a dot', () => {
  const values = [1, 2, null, 3, null]
  const chart = lineChart({
    title: 'T',
    unit: 'ms',
    atSeconds: [0, 1, 2, 3, 4],
    seconds: 5,
    warmUpSeconds: 2,
    series: [{ name: 'p50', values }],
    form: 'lines',
  })
  expect(chart.match(/<polyline/g)).toHaveLength(1)
  expect(chart.match(/<circle/g)).toHaveLength(1)
  expect(chart).toContain('<rect class="warm"')
})

test('areas lie on top of each other', () => {
  const series = [
    { name: 'a', values: [100, 100] },
    { name: 'b', values: [50, 50] },
  ]
  const chart = lineChart({ title: 'T', unit: 'calls per second', atSeconds: [0, 1], seconds: 1, warmUpSeconds: 0, series, form: 'stacked' })
  const tops = [...chart.matchAll(/<polygon class="area (s\d)" points="[^ ]+ [\d.]+,([\d.]+)/g)].map(([, name, top]) => [name, Number(top)] as const)
  const height = (name: string): number => 204 - (tops.find(([own]) => own === name)?.[1] ?? Number.NaN)
  expect(tops.map(([name]) => name)).toEqual(['s1', 's0'])
  expect(height('s1') / height('s0')).toBeCloseTo(1.5, 2)
})

test.each([
  [0, [0, 1]],
  [7, [0, 2, 4, 6, 8]],
  [100, [0, 50, 100]],
  [0.9, [0, 0.5, 1]],
  [1_234, [0, 500, 1_000, 1_500]],
])('an axis up to %d has round marks', (max, ticks) => {
  expect(niceScale(max, 4).ticks).toEqual(ticks)
})

test('times are marked at round ones, and long axes in minutes or hours', () => {
  expect(timeTicks(30, 8)).toEqual([0, 5, 10, 15, 20, 25, 30])
  expect([timeText(15, 30), timeText(90, 600), timeText(3_600, 8_000)]).toEqual(['15 s', '1:30', '1:00:00'])
  expect([tickText(0.5), tickText(1_500), tickText(35_000)]).toEqual(['0.5', '1,500', '35k'])
})
