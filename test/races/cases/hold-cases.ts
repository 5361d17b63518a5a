import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import type { HoldPlan } from '../tasks/hold-task.ts'

/** Carts of one customer, each of which is held several times at once: 32 holds. */
const carts = 8
const holdsEach = 4

/**
 * One customer holds eight carts four times each, at once, and may hold one. Meanwhile twice as many buyers as there are units want one each: half of them hold their
 * cart and then place it, half place it at once. Who holds a cart gets its order: between hold and order nobody else can take the unit.
 */
export function heldCarts(options: CaseOptions): Promise<CaseResult> {
  const units = options.size === 'full' ? 100 : 12
  return runCase('A17', options, { supply: { HOT: { main: units }, RARE: { main: carts } } }, async (arena) => {
    const own = await arena.readyCarts(
      Array.from({ length: carts }, () => 'ada'),
      () => ({ RARE: 1 }),
    )
    const names = Array.from({ length: units * 2 }, (_, index) => `buyer-${index}`)
    const buyers = await arena.readyCarts(names, () => ({ HOT: 1 }))
    const plans = [
      ...own.map((cart): HoldPlan => ({ cart, holds: holdsEach, places: false })),
      ...buyers.map((cart, index): HoldPlan => ({ cart, holds: index % 2, places: true })),
    ]
    const finishes = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'hold', { plans: share })))
    const outcomes = finishes.flatMap(({ results }) => results)
    const ofAda = new Set(own.map(({ cartId }) => cartId))
    const mine = outcomes.filter(({ cartId }) => ofAda.has(cartId))
    const theirs = outcomes.filter(({ cartId }) => !ofAda.has(cartId))
    return ({ sold }): Finding => {
      const heldByAda = mine.filter(({ holds }) => holds.includes('held')).length
      return {
        undersold: Math.max(0, units - (sold.HOT ?? 0)),
        problems: [
          ...finishes.flatMap(({ busy }) => busy),
          ...(heldByAda === 1 ? [] : [`${heldByAda} carts of one customer were held, of whom one may be`]),
          ...mine.flatMap(({ holds }) =>
            holds.filter((outcome) => outcome !== 'held' && outcome !== 'HOLD_LIMIT').map((outcome) => `ada: a hold ended in ${outcome}`),
          ),
          ...theirs.flatMap(({ holds }) =>
            holds.filter((outcome) => outcome !== 'held' && outcome !== 'OUT_OF_STOCK').map((outcome) => `a hold ended in ${outcome}`),
          ),
          ...theirs
            .filter(({ holds, placed }) => holds.length > 0 && placed !== null && placed.outcome !== 'confirmed')
            .map(({ placed }) => `${placed?.who} held a unit and got ${placed?.outcome}`),
          ...theirs
            .filter(({ placed }) => placed !== null && placed.outcome !== 'confirmed' && placed.outcome !== 'OUT_OF_STOCK')
            .map(({ placed }) => `${placed?.who}: ${placed?.outcome} ${placed?.message ?? ''}`),
          ...(sold.HOT === units ? [] : [`${sold.HOT ?? 0} of ${units} units sold to ${buyers.length} buyers`]),
        ],
      }
    }
  })
}
