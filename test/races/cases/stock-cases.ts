import { seededRandom } from '@cartwright/testing'
import type { Supply } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import type { BuyerPlan } from '../tasks/buy-task.ts'

/** What happens while they buy; `over` is called when the last has been answered. */
interface Meanwhile {
  meanwhile(): Promise<void>
  over(): void
}

const nothing: Meanwhile = { meanwhile: async () => {}, over: () => {} }

/** Buyers of one SKU from four processes: what is sold is what is there or what is wanted, whichever is less. */
export async function sellOut(
  name: string,
  options: CaseOptions,
  supply: Supply,
  quantities: readonly number[],
  { meanwhile, over }: Meanwhile = nothing,
): Promise<CaseResult> {
  return runCase(name, options, { supply }, async (arena) => {
    const buyers = quantities.map((quantity, index): BuyerPlan => ({ name: `buyer-${index}`, sku: 'HOT', quantity, method: 'card_ok' }))
    const racing = race(dealt(buyers).map((share, index) => racerSetup(arena, index, 'buy', { buyers: share }))).finally(over)
    const [finishes] = await Promise.all([racing, meanwhile()])
    const answers = finishes.flatMap(({ results }) => results)
    const unexpected = answers.filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'OUT_OF_STOCK')
    return ({ sold, orders }) => {
      const demand = quantities.reduce((sum, quantity) => sum + quantity, 0)
      const supplied = Object.values(supply.HOT ?? {}).reduce((sum, units) => sum + units, 0)
      const told = answers.filter(({ outcome }) => outcome === 'confirmed').length
      const confirmed = orders.filter(({ status }) => status === 'confirmed').length
      return {
        undersold: Math.max(0, Math.min(demand, supplied) - (sold.HOT ?? 0)),
        problems: [
          ...finishes.flatMap(({ busy }) => busy),
          ...unexpected.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
          ...(told === confirmed ? [] : [`${told} buyers were told of a sale, ${confirmed} orders are confirmed`]),
        ],
      }
    }
  })
}

export const ones = (count: number): readonly number[] => Array.from({ length: count }, () => 1)

/** A1: the last unit, 64 buyers. */
export function lastUnit(options: CaseOptions): Promise<CaseResult> {
  return sellOut('A1', options, { HOT: { main: 1 } }, ones(64))
}

/** A2: 100 units in one location, 640 buyers; small: 25 units, 160 buyers. */
export function oneLocation(options: CaseOptions): Promise<CaseResult> {
  const [units, buyers] = options.size === 'full' ? [100, 640] : [25, 160]
  return sellOut('A2', options, { HOT: { main: units } }, ones(buyers))
}

/** A2 over three locations, unevenly filled. */
export function threeLocations(options: CaseOptions): Promise<CaseResult> {
  const [main, north, south, buyers] = options.size === 'full' ? [50, 33, 17, 640] : [12, 8, 5, 160]
  return sellOut('A2-three', options, { HOT: { main, north, south } }, ones(buyers))
}

/** A3: quantities from 1 to 7 over two locations; those who find fewer take what is left. */
export function mixedQuantities(options: CaseOptions): Promise<CaseResult> {
  const [main, north, buyers] = options.size === 'full' ? [300, 200, 320] : [60, 40, 64]
  const random = seededRandom(options.seed)
  return sellOut(
    'A3',
    options,
    { HOT: { main, north } },
    Array.from({ length: buyers }, () => random.integer(1, 7)),
  )
}
