import { seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race, startRacer } from '../start-racer.ts'
import type { AdminPlan, AdminWork } from '../tasks/admin-task.ts'
import type { BuyerPlan } from '../tasks/buy-task.ts'
import type { Answer } from '../tasks/buyer.ts'

const pricesMinor = [1250, 1100, 1500]

/** Three processes buy while a fourth changes quantity and price and takes a product off sale. */
async function buyAgainstAdmin(arena: Arena, buyers: readonly BuyerPlan[]) {
  const plan: AdminPlan = { sku: 'HOT', pricesMinor, archived: 'gone' }
  const office = startRacer(racerSetup(arena, 3, 'admin', plan))
  const shares = [0, 1, 2].map((third) => buyers.filter((_buyer, index) => index % 3 === third))
  const tills = shares.map((share, index) => startRacer(racerSetup(arena, index, 'buy', { buyers: share })))
  await Promise.all([office, ...tills].map(({ ready }) => ready))
  for (const racer of [office, ...tills]) racer.go()
  const bought = await Promise.all(tills.map(({ end }) => end))
  office.stop()
  const end = await office.end
  const work: AdminWork = end === 'killed' ? { units: 0, archivedAtMs: null } : end.results
  const busy = [...bought, end].flatMap((finish) => (finish === 'killed' ? [] : finish.busy))
  return { answers: bought.flatMap((finish) => (finish === 'killed' ? [] : finish.results)), busy, work }
}

/** When the shop is quiet again, the rest is sold to the last unit. */
async function sellTheRest(arena: Arena, units: number) {
  const buyers = Array.from({ length: units + 8 }, (_, index): BuyerPlan => ({ name: `late-${index}`, sku: 'HOT', quantity: 1, method: 'card_ok' }))
  const finishes = await race(dealt(buyers).map((share, index) => racerSetup(arena, index, 'buy', { buyers: share })))
  return { answers: finishes.flatMap(({ results }) => results), busy: finishes.flatMap(({ busy }) => busy) }
}

/** What a buyer may hear of the shop that is left. */
const allowed = ['confirmed', 'OUT_OF_STOCK', 'CART_PROBLEMS', 'PRODUCT_UNAVAILABLE']
/**
 * While the back office is at work, a buyer whose every quote is outdated before it is placed is told so, and that trying again may help: the prices of this shop
 * change several times a second, for as long as anybody buys, and on a busy machine a checkout takes longer than that.
 */
const allowedInRush = new Set([...allowed, 'QUOTE_STALE'])
const allowedAfterwards = new Set(allowed)

/** A15: staff change quantity, price and price list and take a product off sale while buyers check out. */
export function adminAgainstBuyers(options: CaseOptions): Promise<CaseResult> {
  const [units, count] = options.size === 'full' ? [120, 420] : [24, 75]
  const random = seededRandom(options.seed)
  const buyers = Array.from({ length: count }, (_, index): BuyerPlan => {
    const sku = random.integer(0, 4) === 0 ? 'GONE' : 'HOT'
    return { name: `buyer-${index}`, sku, quantity: random.integer(1, 3), method: 'card_ok' }
  })
  const supply = { HOT: { main: units }, GONE: { main: count * 3 } }
  return runCase('A15', options, { supply }, async (arena) => {
    const rush = await buyAgainstAdmin(arena, buyers)
    arena.restocked('HOT', 'main', rush.work.units)
    const [level] = await arena.use((commerce) => commerce.inventory.levels({ skus: ['HOT'] }))
    const rest = await sellTheRest(arena, (level?.onHand ?? 0) - (level?.reserved ?? 0))
    const answers = [...rush.answers, ...rest.answers]
    const wrong = [
      ...rush.answers.filter(({ outcome }) => !allowedInRush.has(outcome)),
      ...rest.answers.filter(({ outcome }) => !allowedAfterwards.has(outcome)),
    ]
    return ({ orders, sold }): Finding => {
      const confirmed = orders.filter(({ status }) => status === 'confirmed')
      const told = answers.filter(({ outcome }) => outcome === 'confirmed').length
      const { archivedAtMs } = rush.work
      const oddPrices = confirmed.flatMap(({ lines }) => lines).filter(({ sku, unitMinor }) => sku === 'HOT' && !pricesMinor.includes(unitMinor))
      const tooLate = confirmed.filter(
        ({ lines, placedAt }) => archivedAtMs !== null && placedAt.getTime() > archivedAtMs && lines.some(({ sku }) => sku === 'GONE'),
      )
      return {
        undersold: Math.max(0, units + rush.work.units - (sold.HOT ?? 0)),
        problems: [
          ...rush.busy,
          ...rest.busy,
          ...wrong.map(described),
          ...oddPrices.map(({ unitMinor }) => `a unit was sold for ${unitMinor}, which it never cost`),
          ...tooLate.map(({ number }) => `order ${number} is of a product that was off sale`),
          ...(archivedAtMs === null ? ['the race was over before a product was taken off sale'] : []),
          ...(told === confirmed.length ? [] : [`${told} buyers were told of a sale, ${confirmed.length} orders are confirmed`]),
        ],
      }
    }
  })
}

function described({ who, outcome, message }: Answer): string {
  return `${who}: ${outcome} ${message ?? ''}`
}
