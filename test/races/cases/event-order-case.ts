import { seededRandom } from '@cartwright/testing'
import { type CaseOptions, type CaseResult, caseResult } from '../race-case.ts'
import { cells, type PartPlayed, playPart } from './event-order-cells.ts'
import { playEverything } from './event-order-processes.ts'

/** How many orders of the events of a cell a small run tries, and of how many cells it takes one: on a server each takes its time. */
const small = { sqlite: { orders: 3, share: 1 }, postgres: { orders: 1, share: 4 } } as const

/**
 * C2: the events of a payment in every order, for every state of its order; a small run draws some. Whatever the order, the same must come of them, and be sound.
 * C5 is among them: money for an order that has expired, with stock left and gone.
 */
export async function everyOrderOfEvents(options: CaseOptions): Promise<CaseResult> {
  const parts = options.size === 'full' ? await playEverything(options) : await playSome(options)
  const wrong = Object.entries(Object.assign({}, ...parts.map((part) => part.wrong)) as PartPlayed['wrong'])
  const problems = [...wrong.map(([problem, order]) => `${problem} (${order})`), ...parts.flatMap((part) => part.problems), ...leftOut(options, parts)]
  const report = { cells: new Set(parts.map(({ cell }) => cell)).size, orders: playedOf(parts) }
  return { ...caseResult('C2', options, [], [{ problems }]), report }
}

async function playSome(options: CaseOptions): Promise<readonly PartPlayed[]> {
  const { engine = 'sqlite', seed } = options
  const drawnBy = seededRandom(seed)
  const { share, orders } = small[engine]
  const offset = drawnBy.integer(0, share - 1)
  const parts: PartPlayed[] = []
  for (const cell of cells.keys()) {
    if (cell % share === offset) parts.push(await playPart({ cell, chosen: { drawnBy, count: orders } }, options))
  }
  return parts
}

/** The permutations that a full run did not come to, whose cells have said why. */
function leftOut({ size }: CaseOptions, parts: readonly PartPlayed[]): readonly string[] {
  if (size !== 'full') return []
  return cells.flatMap(({ name }, index) => {
    const own = parts.filter(({ cell }) => cell === index)
    const missing = Math.max(0, ...own.map(({ permutations }) => permutations)) - playedOf(own)
    return missing === 0 && own.length > 0 ? [] : [`${name}: ${missing} of its permutations were not played`]
  })
}

function playedOf(parts: readonly PartPlayed[]): number {
  return parts.reduce((sum, { played }) => sum + played, 0)
}
