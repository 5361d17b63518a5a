import type { LoadPlan } from '../load-plan.ts'
import type { LoadResult } from '../load-result.ts'
import { wholePurchase } from '../load-spec.ts'
import type { LoadOutcome } from '../run-load-test.ts'
import type { TimelinePoint } from '../timeline.ts'
import { type LineChart, lineChart, type Series } from './line-chart.ts'
import { escaped, htmlTable } from './markup.ts'
import { pageStyle } from './page-style.ts'

interface ReportParts {
  readonly plan: Pick<LoadPlan, 'scenario' | 'warmUpSeconds'>
  readonly outcome: LoadOutcome
  readonly environment: readonly (readonly [name: string, value: string])[]
  readonly madeAt: Date
}

/** One HTML page with everything in it: figures, charts, what was refused and what failed, stock, audit and environment. */
export function reportPage({ plan, outcome, environment, madeAt }: ReportParts): string {
  const { result } = outcome
  const title = `Load test: ${result.scenario}`
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title>`,
    `<style>${pageStyle}</style></head><body><main>`,
    `<h1>${escaped(title)}</h1>`,
    `<p class="soft">${madeAt.toISOString().slice(0, 16).replace('T', ' ')} UTC · ${verdict(result)}</p>`,
    tiles(result),
    '<h2>Over time</h2>',
    `<div class="charts">${charts(outcome, plan.warmUpSeconds)}</div>`,
    '<h2>Operations</h2>',
    operationTable(result),
    '<h2>Refused, failed, repeated</h2>',
    codeTable(result),
    ...(result.objectives.length === 0 ? [] : ['<h2>Objectives</h2>', objectiveTable(result)]),
    ...(result.stock.supply + result.stock.demand === 0 ? [] : ['<h2>Stock</h2>', stockTable(result)]),
    '<h2>Audit</h2>',
    auditPart(outcome),
    '<h2>Environment</h2>',
    `<dl>${environment.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`,
    '</main></body></html>',
    '',
  ].join('\n')
}

function verdict({ ok }: LoadResult): string {
  return ok ? '<b class="good">passed</b>' : '<b class="bad">failed</b>'
}

function tiles({ operations, stock, seconds, audit }: LoadResult): string {
  const calls = Object.entries(operations).filter(([name]) => name !== wholePurchase)
  const total = calls.reduce((sum, [, { count }]) => sum + count, 0)
  const errors = Object.values(operations).reduce((sum, operation) => sum + operation.errors, 0)
  const tile = (figure: string, words: string, bad = false): string => `<li><b${bad ? ' class="bad"' : ''}>${figure}</b><span>${words}</span></li>`
  const sold =
    stock.supply + stock.demand === 0
      ? []
      : [
          tile(whole(stock.sold), 'units sold'),
          tile(`${whole(stock.oversold)} / ${whole(stock.undersold)}`, 'oversold / undersold', stock.oversold + stock.undersold > 0),
        ]
  return `<ul class="tiles">${[
    tile(`${seconds.toFixed(1)} s`, 'measured'),
    tile(whole(total), 'calls'),
    tile(seconds > 0 ? figure(total / seconds) : '0', 'calls per second'),
    tile(whole(errors), 'errors', errors > 0),
    ...sold,
    tile(whole(audit.violations), 'audit violations', audit.violations > 0),
  ].join('')}</ul>`
}

/** What all charts share. */
interface ChartTime extends Pick<LineChart, 'atSeconds' | 'seconds' | 'warmUpSeconds'> {
  /** Length of a stretch, in seconds. */
  readonly step: number
}

/** Throughput of all operations, then the latencies of each. */
function charts(outcome: LoadOutcome, warmUpSeconds: number): string {
  const { timeline, result } = outcome
  const names = Object.keys(result.operations)
  const step = (timeline[1]?.from ?? 1) - (timeline[0]?.from ?? 0)
  const seconds = result.seconds + warmUpSeconds
  const common = { step, atSeconds: timeline.map(({ from }) => Math.min(from + step / 2, seconds)), seconds, warmUpSeconds }
  const calls = names.filter((name) => name !== wholePurchase)
  const rates = calls.map((name) => ({ name, values: timeline.map(({ operations }) => operations[name]?.perSecond ?? 0) }))
  return [
    lineChart({ ...common, title: 'Throughput', unit: 'calls per second', series: rates, form: 'stacked' }),
    ...errorChart(outcome, common),
    ...names.map((name) => lineChart({ ...common, title: `Latency of ${name}`, unit: 'ms', series: latencies(timeline, name), form: 'lines' })),
  ].join('')
}

function errorChart({ timeline, result }: LoadOutcome, common: ChartTime): readonly string[] {
  const failing = Object.entries(result.operations).filter(([, { errors }]) => errors > 0)
  if (failing.length === 0) return []
  const series = failing.map(([name]) => ({ name, values: timeline.map(({ operations }) => operations[name]?.errors ?? 0) }))
  return [lineChart({ ...common, title: 'Errors', unit: common.step === 1 ? 'per second' : `per ${common.step} seconds`, series, form: 'stacked' })]
}

function latencies(timeline: readonly TimelinePoint[], name: string): readonly Series[] {
  return (['p50', 'p95', 'p99'] as const).map((percentile) => ({
    name: percentile,
    values: timeline.map(({ operations }) => operations[name]?.[percentile] ?? null),
  }))
}

function operationTable({ operations }: LoadResult): string {
  const rows = Object.entries(operations).map(([name, { count, perSecond, p50, p95, p99, max, errors }]) => [
    escaped(name),
    whole(count),
    ...[perSecond, p50, p95, p99, max].map(figure),
    errors === 0 ? '0' : `<span class="bad">${whole(errors)}</span>`,
  ])
  const caption = rows.some(([name]) => name === wholePurchase)
    ? `Latencies in milliseconds. “${wholePurchase}” is a whole one, from its first call to its confirmed order.`
    : 'Latencies in milliseconds.'
  return htmlTable({ caption, head: ['operation', 'count', 'per second', 'p50', 'p95', 'p99', 'max', 'errors'], rows })
}

function codeTable({ operations }: LoadResult): string {
  const rows = Object.entries(operations).flatMap(([name, { refusals, errorCodes, errorExamples, retries }]) => [
    ...Object.entries(refusals).map(([code, times]) => [escaped(name), escaped(code), 'refused, as expected', whole(times)]),
    ...Object.entries(errorCodes).map(([code, times]) => [
      escaped(name),
      `<span class="bad">${escaped(code)}</span>`,
      escaped(errorExamples[code] ?? ''),
      whole(times),
    ]),
    ...(retries === 0 ? [] : [[escaped(name), 'any', 'retryable, and repeated by the buyer', whole(retries)]]),
  ])
  return rows.length === 0
    ? '<p>Nothing.</p>'
    : htmlTable({ caption: 'By operation and code.', head: ['operation', 'code', 'what', 'times'], rows, words: [1, 2] })
}

function objectiveTable({ objectives }: LoadResult): string {
  const rows = objectives.map(({ objective, actual, met }) => [
    escaped(objective),
    actual === null ? 'not measured' : figure(actual),
    met ? '<span class="good">met</span>' : '<span class="bad">missed</span>',
  ])
  return htmlTable({ caption: 'The operation that comes off worst is compared.', head: ['objective', 'measured', ''], rows })
}

function stockTable({ stock: { supply, demand, sold, oversold, undersold } }: LoadResult): string {
  const caption = 'Units, of the SKUs that were wanted. Oversold: beyond the supply. Undersold: left although somebody went away without.'
  return htmlTable({
    caption,
    head: ['', 'supply', 'demand', 'sold', 'oversold', 'undersold'],
    rows: [['units', ...[supply, demand, sold, oversold, undersold].map(whole)]],
  })
}

function auditPart({ result, aftermath }: LoadOutcome): string {
  if (result.audit.violations === 0) return '<p>Every invariant holds, and our money is the bank’s.</p>'
  const rows = aftermath.broken.map(({ id, invariant, violations }) => [escaped(id), escaped(invariant), `<span class="bad">${whole(violations)}</span>`])
  return htmlTable({ caption: 'Invariants that do not hold.', head: ['check', 'what must hold', 'violations'], rows, words: [1] })
}

function whole(value: number): string {
  return value.toLocaleString('en-US')
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 2 })
}
