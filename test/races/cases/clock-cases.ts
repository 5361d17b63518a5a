import { type CaseOptions, type CaseResult, dealt, type Finding, merged, runCase } from '../race-case.ts'
import type { ShopSetup } from '../racer-messages.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import type { BuyerPlan } from '../tasks/buy-task.ts'

const minute = 60_000
const skewsMs = [-10 * minute, 0, 10 * minute, 3 * minute]

/** What a buyer may hear where one process takes another's hold for expired: the money then buys the units anew, or goes back. */
const allowed = new Set(['confirmed', 'pending', 'OUT_OF_STOCK', 'ORDER_CLOSED'])

/**
 * B10: four processes whose clocks are ten minutes off to either side sell on one database. First the shop goes by those clocks, then, as it does unless told
 * otherwise, by the database's: then the machines' clocks change nothing.
 */
export async function skewedClocks(options: CaseOptions): Promise<CaseResult> {
  return merged(options, [await sellBy(options, 'clockSkewMs', allowed), await sellBy(options, 'wallSkewMs', new Set(['confirmed', 'OUT_OF_STOCK']))])
}

/** A minute early or late would be the clock of another process. */
const toleranceMs = minute

function sellBy(options: CaseOptions, clock: keyof Pick<ShopSetup, 'clockSkewMs' | 'wallSkewMs'>, answersAllowed: ReadonlySet<string>): Promise<CaseResult> {
  const [units, count] = options.size === 'full' ? [100, 400] : [8, 32]
  const startedMs = Date.now()
  return runCase('B10', options, { supply: { HOT: { main: units } } }, async (arena) => {
    const buyers = Array.from({ length: count }, (_, index): BuyerPlan => ({ name: `buyer-${index}`, sku: 'HOT', quantity: 1, method: 'card_ok' }))
    const finishes = await race(
      dealt(buyers).map((share, index) => {
        const setup = racerSetup(arena, index, 'buy', { buyers: share })
        return { ...setup, shop: { ...setup.shop, [clock]: skewsMs[index] ?? 0 } }
      }),
    )
    const answers = finishes.flatMap(({ results }) => results)
    return ({ sold, orders }): Finding => {
      const confirmed = new Set<string>(orders.filter(({ status }) => status === 'confirmed').map(({ id }) => id))
      const endedMs = Date.now()
      const misdated = clock === 'clockSkewMs' ? [] : orders.filter(({ placedAt }) => +placedAt < startedMs - toleranceMs || +placedAt > endedMs + toleranceMs)
      const broken = answers.filter(({ outcome, orderId }) => outcome === 'confirmed' && orderId !== null && !confirmed.has(orderId))
      return {
        undersold: Math.max(0, Math.min(units, count) - (sold.HOT ?? 0)),
        problems: [
          ...finishes.flatMap(({ busy }) => busy),
          ...answers.filter(({ outcome }) => !answersAllowed.has(outcome)).map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
          ...misdated.map(({ number, placedAt }) => `order ${number} was placed at ${placedAt.toISOString()}, by another clock than the database's`),
          ...broken.map(({ who }) => `${who} was told of a sale that is none`),
        ],
      }
    }
  })
}
