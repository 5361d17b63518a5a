import { escaped } from './markup.ts'
import { niceScale, type Scale, tickText, timeText, timeTicks } from './scale.ts'

export interface Series {
  readonly name: string
  /** One value a point in time; null where there is none, and the line breaks. */
  readonly values: readonly (number | null)[]
}

export interface LineChart {
  readonly title: string
  /** What the values are, e.g. `ms`. */
  readonly unit: string
  /** Where each point stands, in seconds. */
  readonly atSeconds: readonly number[]
  /** Where the axis ends. */
  readonly seconds: number
  /** What is marked at the start as not counted, in seconds; 0 for none. */
  readonly warmUpSeconds: number
  readonly series: readonly Series[]
  /** Lines beside each other, the last one broad below the others; or areas on top of each other, whose sum is the outline. */
  readonly form: 'lines' | 'stacked'
}

const width = 640
const height = 240
const plot = { left: 60, right: 628, top: 16, bottom: 204 } as const

/** Lines over time as a figure with a legend. Colours come from the page's style sheet. */
export function lineChart(chart: LineChart): string {
  const drawn = chart.form === 'stacked' ? cumulated(chart.series) : chart.series
  const values = drawn.flatMap((series) => series.values.filter((value) => value !== null))
  const scale = niceScale(Math.max(0, ...values), 4)
  const end = Math.max(1, chart.seconds)
  const x = (seconds: number): number => plot.left + (Math.min(seconds, end) / end) * (plot.right - plot.left)
  const y = (value: number): number => plot.bottom - (value / scale.max) * (plot.bottom - plot.top)
  const body = [
    warmUp(chart.warmUpSeconds, x),
    ...yAxis(scale, y),
    ...xAxis(end, x),
    // The last first: what comes later lies above.
    ...drawn.map(({ values: series }, index) => shape(series, index, chart, x, y)).reverse(),
  ]
  const label = `${chart.title}, in ${chart.unit}, over time`
  const marks = chart.series.map(({ name }, index) => `<li><span class="key s${index}"></span>${escaped(name)}</li>`)
  if (chart.warmUpSeconds > 0) marks.push('<li><span class="key warm"></span>warm-up, not counted</li>')
  return [
    `<figure><figcaption>${escaped(chart.title)} <span class="unit">${escaped(chart.unit)}</span></figcaption>`,
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">${body.join('')}</svg>`,
    `<ul class="legend">${marks.join('')}</ul></figure>`,
  ].join('')
}

function warmUp(seconds: number, x: (seconds: number) => number): string {
  return seconds === 0
    ? ''
    : `<rect class="warm" x="${plot.left}" y="${plot.top}" width="${round(x(seconds) - plot.left)}" height="${plot.bottom - plot.top}"/>`
}

function yAxis({ ticks }: Scale, y: (value: number) => number): readonly string[] {
  return ticks.map(
    (value) =>
      `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${round(y(value))}" y2="${round(y(value))}"/><text class="tick end" x="${plot.left - 8}" y="${round(y(value) + 4)}">${tickText(value)}</text>`,
  )
}

function xAxis(end: number, x: (seconds: number) => number): readonly string[] {
  return timeTicks(end, 8).map((seconds) => `<text class="tick middle" x="${round(x(seconds))}" y="${plot.bottom + 24}">${timeText(seconds, end)}</text>`)
}

/** Each series with those before it added. */
function cumulated(series: readonly Series[]): readonly Series[] {
  return series.map(({ name, values }, index) => {
    const below = series.slice(0, index)
    return { name, values: values.map((value, place) => below.reduce((sum, other) => sum + (other.values[place] ?? 0), value ?? 0)) }
  })
}

function shape(
  values: Series['values'],
  index: number,
  { form, series, atSeconds }: Pick<LineChart, 'form' | 'series' | 'atSeconds'>,
  x: (seconds: number) => number,
  y: (value: number) => number,
): string {
  const runs: string[][] = [[]]
  for (const [place, value] of values.entries()) {
    if (value === null) runs.push([])
    else runs.at(-1)?.push(`${round(x(atSeconds[place] ?? 0))},${round(y(value))}`)
  }
  const filled = runs.filter((run) => run.length > 0)
  if (form === 'stacked') return filled.map((run) => area(run, index)).join('')
  const under = index === series.length - 1 && index > 0 ? ' under' : ''
  return filled.map((run) => (run.length === 1 ? dot(run[0] ?? '', index) : `<polyline class="line s${index}${under}" points="${run.join(' ')}"/>`)).join('')
}

/** Down to the axis; what lies below is drawn over it. */
function area(run: readonly string[], index: number): string {
  const [first, last] = [run[0], run.at(-1)].map((point) => `${point?.split(',')[0]},${plot.bottom}`)
  return `<polygon class="area s${index}" points="${first} ${run.join(' ')} ${last}"/>`
}

/** A single point between two gaps would be a line of no length. */
function dot(point: string, index: number): string {
  const [cx, cy] = point.split(',')
  return `<circle class="dot s${index}" cx="${cx}" cy="${cy}" r="2.5"/>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
