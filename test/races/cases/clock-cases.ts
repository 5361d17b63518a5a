import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import type { BuyerPlan } from '../tasks/buy-task.ts'

const minute = 60_000
const skewsMs = [-10 * minute, 0, 10 * minute, 3 * minute]

/** What a buyer may hear where one process takes another's hold for expired: the money then buys the units anew, or goes back. */
const allowed = new Set(['confirmed', 'pending', 'OUT_OF_STOCK', 'ORDER_CLOSED'])

/** B10: four processes that go by clocks ten minutes apart to either side sell on one file. */
export function skewedClocks(options: CaseOptions): Promise<CaseResult> {
  const [units, count] = options.size === 'full' ? [100, 400] : [15, 60]
  return runCase('B10', options, { supply: { HOT: { main: units } } }, async (arena) => {
    const buyers = Array.from({ length: count }, (_, index): BuyerPlan => ({ name: `buyer-${index}`, sku: 'HOT', quantity: 1, method: 'card_ok' }))
    const finishes = await race(
      dealt(buyers).map((share, index) => {
        const setup = racerSetup(arena, index, 'buy', { buyers: share })
        return { ...setup, shop: { ...setup.shop, clockSkewMs: skewsMs[index] ?? 0 } }
      }),
    )
    const answers = finishes.flatMap(({ results }) => results)
    return ({ sold, orders }): Finding => {
      const confirmed = new Set<string>(orders.filter(({ status }) => status === 'confirmed').map(({ id }) => id))
      const broken = answers.filter(({ outcome, orderId }) => outcome === 'confirmed' && orderId !== null && !confirmed.has(orderId))
      return {
        undersold: Math.max(0, Math.min(units, count) - (sold.HOT ?? 0)),
        problems: [
          ...finishes.flatMap(({ busy }) => busy),
          ...answers.filter(({ outcome }) => !allowed.has(outcome)).map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
          ...broken.map(({ who }) => `${who} was told of a sale that is none`),
        ],
      }
    }
  })
}
