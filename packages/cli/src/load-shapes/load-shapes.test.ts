import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/command.ts'
import {
  defaultLoadShapes,
  popularityShare,
  readLoadShapes,
  sampleBasketSize,
  sampleHour,
  samplePages,
  samplePopularity,
  sampleQueryWords,
  sampleThinkTimeMs,
  sampleUnits,
} from './load-shapes.ts'

const folder = temporaryFolder()
const draws = 100_000

/** Evenly spread over 0 to 1, so that what comes out is the distribution itself. */
function samplesOf(sample: (random: () => number) => number): number[] {
  return Array.from({ length: draws }, (_, index) => sample(() => (index + 0.5) / draws)).sort((a, b) => a - b)
}

test.each([
  ['lines of an order', sampleBasketSize, defaultLoadShapes.linesPerOrder],
  ['units of a line', sampleUnits, defaultLoadShapes.unitsPerLine],
  ['pages of a session', samplePages, defaultLoadShapes.pagesPerSession],
  ['words of a search', sampleQueryWords, defaultLoadShapes.wordsPerQuery],
  ['think times', sampleThinkTimeMs, defaultLoadShapes.thinkTimeMs],
] as const)('%s have the measured percentiles', (_name, sample, measured) => {
  const sorted = samplesOf((random) => sample(defaultLoadShapes, random))
  const at = (share: number): number => sorted[Math.ceil(share * draws) - 1] as number
  const found = { p50: at(0.5), p75: at(0.75), p90: at(0.9), p95: at(0.95), p99: at(0.99) }
  for (const [name, value] of Object.entries(found)) expect(value / measured[name as keyof typeof found], name).toBeCloseTo(1, 1)
  expect(sorted[0]).toBe(1)
})

test('a limit cuts the tail off and leaves the rest as it is', () => {
  const sorted = samplesOf((random) => sampleUnits(defaultLoadShapes, random, 24))
  expect(sorted.at(-1)).toBe(24)
  expect(sorted[draws / 2 - 1]).toBe(3)
})

test.each([500, 3_922, 50_000])('of %i products, the most wanted have their measured share of the lines', (count) => {
  const ranks = samplesOf((random) => samplePopularity(defaultLoadShapes, random, count))
  const share = (part: number): number => ranks.filter((rank) => rank < part * count).length / draws
  expect(share(0.01)).toBeCloseTo(0.0935, 2)
  expect(share(0.1)).toBeCloseTo(0.4464, 2)
  expect(ranks.at(-1)).toBe(count - 1)
  expect(ranks[0]).toBe(0)
})

test('the shares of all ranks add up to everything, and are those that are drawn', () => {
  const count = 200
  const shares = Array.from({ length: count }, (_, rank) => popularityShare(defaultLoadShapes, rank, count))
  const ranks = samplesOf((random) => samplePopularity(defaultLoadShapes, random, count))
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  for (const rank of [0, 5, 100, 199]) expect(ranks.filter((drawn) => drawn === rank).length / draws).toBeCloseTo(shares[rank] as number, 4)
})

test('orders come at the measured hours only', () => {
  const hours = samplesOf((random) => sampleHour(defaultLoadShapes, random))
  expect([hours[0], hours.at(-1)]).toEqual([6, 20])
  expect(hours.filter((hour) => hour === 12).length / draws).toBeCloseTo(3_219 / 19_960, 3)
})

test('a file replaces what it names and leaves the rest as measured', async () => {
  const file = join(folder, 'shapes.json')
  const linesPerOrder = { p50: 2, p75: 3, p90: 5, p95: 6, p99: 10, max: 20 }
  await writeFile(file, JSON.stringify({ linesPerOrder }))
  expect(await readLoadShapes(file)).toEqual({ ...defaultLoadShapes, linesPerOrder })
})

test.each([
  ['nonsense', 'no JSON'],
  ['{"linesPerOrder": {"p50": 9, "p75": 3, "p90": 5, "p95": 6, "p99": 10, "max": 20}}', 'falling percentiles'],
  ['{"unheardOf": 1}', 'an unknown field'],
  ['{"ordersByHour": [1, 2]}', 'a day of two hours'],
])('%s is refused: %s', async (content) => {
  const file = join(folder, 'broken.json')
  await writeFile(file, content)
  await expect(readLoadShapes(file)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})
