import type { StrategyName } from '@cartwright/core'
import { type ContentionCell, clientCounts, skuCounts } from './measure.ts'

/** Legible on light and dark pages alike. */
const colours: Readonly<Record<StrategyName, string>> = { conditional: '#3b82f6', optimistic: '#f59e0b', pessimistic: '#8b5cf6', batched: '#10b981' }
const strategies = Object.keys(colours) as StrategyName[]
const ink = '#808890'
const [width, height, top, bottom, left, panelGap] = [960, 380, 64, 56, 64, 36]
const panelWidth = (width - left - panelGap * (skuCounts.length - 1) - 16) / skuCounts.length
const plotHeight = height - top - bottom

/** Claims a second by strategy: a panel for each number of SKUs, a group of bars for each number of clients. */
export function contentionChart(cells: readonly ContentionCell[]): string {
  const claims = cells.filter(({ operation }) => operation === 'claim')
  const ceiling = roundUp(Math.max(...claims.map(({ perSecond }) => perSecond)))
  const y = (perSecond: number) => top + plotHeight * (1 - perSecond / ceiling)
  const parts = [
    text(left, 22, 'Claims a second on SQLite, by strategy, number of SKUs and clients', 15, 'start', 600),
    ...legend(),
    ...grid(ceiling, y),
    ...skuCounts.flatMap((skus, index) => panel(claims, skus, left + index * (panelWidth + panelGap), y)),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="Claims a second by strategy">\n${parts.join('\n')}\n</svg>\n`
}

function panel(cells: readonly ContentionCell[], skus: number, x: number, y: (perSecond: number) => number): string[] {
  const groupWidth = panelWidth / clientCounts.length
  const barWidth = (groupWidth - 16) / strategies.length
  const bars = clientCounts.flatMap((clients, group) => {
    const start = x + group * groupWidth + 8
    const groupBars = strategies.map((strategy, place) => {
      const perSecond = cells.find((cell) => cell.skus === skus && cell.clients === clients && cell.strategy === strategy)?.perSecond ?? 0
      const [barX, barY] = [start + place * barWidth, y(perSecond)]
      const title = `${strategy}, ${skus} SKUs, ${clients} clients: ${Math.round(perSecond)} claims a second`
      return `<rect x="${round(barX)}" y="${round(barY)}" width="${round(barWidth - 2)}" height="${round(y(0) - barY)}" fill="${colours[strategy]}"><title>${title}</title></rect>`
    })
    return [...groupBars, text(start + (groupWidth - 16) / 2, y(0) + 16, `${clients} client${clients === 1 ? '' : 's'}`, 11)]
  })
  const name = skus === 1 ? '1 SKU' : `${skus.toLocaleString('en')} SKUs`
  return [
    ...bars,
    `<line x1="${round(x)}" x2="${round(x + panelWidth)}" y1="${y(0)}" y2="${y(0)}" stroke="${ink}"/>`,
    text(x + panelWidth / 2, y(0) + 38, name, 13, 'middle', 600),
  ]
}

function legend(): string[] {
  return strategies.flatMap((strategy, index) => {
    const x = left + index * 130
    return [`<rect x="${x}" y="34" width="12" height="12" fill="${colours[strategy]}"/>`, text(x + 18, 44, strategy, 12, 'start')]
  })
}

function grid(ceiling: number, y: (perSecond: number) => number): string[] {
  return [0.25, 0.5, 0.75, 1].flatMap((share) => {
    const value = ceiling * share
    const line = `<line x1="${left}" x2="${width - 16}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="${ink}" stroke-opacity="0.25"/>`
    return [line, text(left - 8, y(value) + 4, value.toLocaleString('en'), 11, 'end')]
  })
}

function text(x: number, y: number, words: string, size: number, anchor = 'middle', weight = 400): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" font-weight="${weight}" fill="${ink}">${words}</text>`
}

/** The next 1, 2, 4 or 8 times a power of ten: quarters of it are round figures. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 8, 10].find((step) => step * power >= value) ?? 10) * power
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
