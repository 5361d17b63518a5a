import { clearScreenDown, cursorTo, moveCursor } from 'node:readline'
import { type Paint, painter, type Streams } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count, counted } from '../terminal/words.ts'
import type { LoadPlan } from './load-plan.ts'
import type { OperationResult } from './load-totals.ts'
import type { LoadStatus } from './make-load.ts'

/** What a load test shows while it is under way. */
export interface LiveView {
  update(status: LoadStatus): void
  /** Takes it off the screen again. */
  stop(): void
}

type ViewedPlan = Pick<LoadPlan, 'scenario' | 'limits' | 'warmUpSeconds'>

const lineEverySeconds = 5

/** A table that is redrawn in place on a terminal, and a line every five seconds elsewhere. */
export function liveView(stream: Streams['stderr'], plan: ViewedPlan): LiveView {
  return stream.isTTY === true ? redrawn(stream, plan) : lineByLine(stream, plan)
}

function redrawn(stream: Streams['stderr'], plan: ViewedPlan): LiveView {
  const paint = painter(stream)
  let height = 0
  const clear = (): void => {
    if (height === 0) return
    moveCursor(stream, 0, -height)
    // A typed ^C has moved it.
    cursorTo(stream, 0)
    clearScreenDown(stream)
    height = 0
  }
  return {
    update: (status) => {
      // One column stays free: a line as wide as the terminal would wrap, and the next redraw would start too low.
      const lines = screen(status, plan, { paint, width: (stream.columns ?? 80) - 1 })
      clear()
      stream.write(`${lines.join('\n')}\n`)
      height = lines.length
    },
    stop: clear,
  }
}

function lineByLine(stream: Streams['stderr'], plan: ViewedPlan): LiveView {
  let nextSeconds = lineEverySeconds
  return {
    update: (status) => {
      if (status.elapsedSeconds < nextSeconds) return
      nextSeconds += lineEverySeconds
      stream.write(`${oneLine(status, plan)}\n`)
    },
    stop: () => undefined,
  }
}

interface Surface {
  readonly paint: Paint
  readonly width: number
}

/** The lines of the table, none wider than the terminal. */
export function screen(status: LoadStatus, plan: ViewedPlan, { paint, width }: Surface): readonly string[] {
  const { elapsedSeconds, totals } = status
  const measured = Math.max(0, elapsedSeconds - plan.warmUpSeconds)
  const head = [plan.scenario, clock(elapsedSeconds), ...timeLeft(status, plan)]
  if (measured === 0) return [`${head.join(' · ').slice(0, width - 20)} · warming up`]
  const operations = Object.entries(totals.operations(measured))
  const rows = operations.map(([name, result]) => operationRow(name, result, totals.timeline.recentPerSecond(name, elapsedSeconds), paint))
  const columns = [{ title: 'operation' }, ...['now/s', 'mean/s', 'p50 ms', 'p95 ms', 'p99 ms', 'errors'].map((title) => ({ title, align: 'right' as const }))]
  return [head.join(' · ').slice(0, width), ...table({ columns, rows, paint, width }).split('\n'), ...stockLine(status, plan)]
}

function operationRow(name: string, result: OperationResult, perSecond: number, paint: Paint): readonly string[] {
  const errors = result.errors === 0 ? '0' : paint('red', count(result.errors))
  return [name, perSecondText(perSecond), perSecondText(result.perSecond), ms(result.p50), ms(result.p95), ms(result.p99), errors]
}

/** In a shop full of goods nobody watches the rest, but what was sold. */
function stockLine({ soldUnits, supplyUnits }: LoadStatus, { scenario }: ViewedPlan): readonly string[] {
  if (scenario === 'flash-sale') return [`stock left ${count(supplyUnits - soldUnits)} of ${count(supplyUnits)}`]
  return scenario === 'checkout' ? [`sold ${counted(soldUnits, 'unit')}`] : []
}

function oneLine(status: LoadStatus, plan: ViewedPlan): string {
  const seconds = status.elapsedSeconds - plan.warmUpSeconds
  const { perSecond, p50, p95, p99, errors } = status.totals.calls(seconds)
  const latencies = `p50 ${ms(p50)} p95 ${ms(p95)} p99 ${ms(p99)} ms`
  return [
    clock(status.elapsedSeconds),
    `${perSecondText(perSecond)} calls/s`,
    latencies,
    counted(errors, 'error'),
    ...stockLine(status, plan),
    ...timeLeft(status, plan),
  ].join(', ')
}

/** How long it will take, as far as one can tell: by the clock, or by the visits that are over. */
function timeLeft({ elapsedSeconds, visits, totals }: LoadStatus, { limits }: ViewedPlan): readonly string[] {
  const { durationMs, visits: allVisits, operations } = limits
  const byClock = durationMs === null ? [] : [durationMs / 1_000 - elapsedSeconds]
  const shares = [allVisits === null ? null : visits / allVisits, operations === null ? null : totals.calls(elapsedSeconds).count / operations]
  const byShare = shares.filter((share) => share !== null && share > 0).map((share) => (elapsedSeconds / (share ?? 1)) * (1 - (share ?? 1)))
  const left = Math.min(...byClock, ...byShare)
  if (left < 0) return ['last answers …']
  return Number.isFinite(left) ? [`${byClock.includes(left) ? '' : 'about '}${clock(left)} left`] : []
}

/** `75` → `1:15`. */
function clock(seconds: number): string {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

function ms(value: number): string {
  return value >= 100 ? count(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2)
}

function perSecondText(value: number): string {
  return value >= 100 ? count(Math.round(value)) : value.toFixed(1)
}
