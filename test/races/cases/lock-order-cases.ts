import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import type { Goods } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'

const skus = ['A1', 'B2', 'C3', 'D4', 'E5', 'F6']
const forwards: Goods = { ...Object.fromEntries(skus.map((sku) => [sku, 1])), KIT: 1 }
const backwards: Goods = { TIK: 1, ...Object.fromEntries([...skus].reverse().map((sku) => [sku, 1])) }

/** Two bundles of the same, in opposite order, of goods that are lines of every cart as well. */
const bundles = { KIT: { A1: 2, F6: 1 }, TIK: { F6: 1, A1: 2 } }

/** What every cart comes to. */
const needs: Goods = { ...Object.fromEntries(skus.map((sku) => [sku, 1])), A1: 3, F6: 2 }
const needOf = (sku: string) => needs[sku] ?? 0

/** Claims that name one SKU twice: summed before the check, so each takes three. */
const twice = [
  { sku: 'PAIR', quantity: 2 },
  { sku: 'ONCE', quantity: 1 },
  { sku: 'PAIR', quantity: 1 },
]

/**
 * A11: carts with the same lines in opposite order, one of which is scarce, with a bundle of some of them each, and claims that name a SKU twice: neither deadlock nor a
 * unit too many or too few.
 */
export function reversedLines(options: CaseOptions): Promise<CaseResult> {
  const [units, buyers, claims] = options.size === 'full' ? [120, 400, 160] : [15, 60, 32]
  const pairs = claims + 1
  const supply = {
    ...Object.fromEntries(skus.map((sku, index) => [sku, { main: (index === 3 ? units : buyers) * needOf(sku) }])),
    PAIR: { main: pairs },
    ONCE: { main: claims },
  }
  return runCase('A11', options, { supply, bundles }, async (arena) => {
    const names = Array.from({ length: buyers }, (_, index) => `buyer-${index}`)
    const carts = await arena.readyCarts(names, (index) => (index % 2 === 0 ? forwards : backwards))
    const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: `key-${cart.customerId}` }))
    // Neighbours have opposite carts, and so have the processes' first buyers.
    const finishes = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'place', { plans: share })))
    const answers = finishes.flatMap(({ results }) => results)
    const claimed = await race(
      dealt(Array.from({ length: claims })).map((share, index) => racerSetup(arena, index, 'claim', { claims: twice, times: share.length })),
    )
    const outcomes = claimed.flatMap(({ results }) => results)
    const held = outcomes.filter((outcome) => outcome === 'held').length
    const due = Math.floor(pairs / 3)
    return ({ sold }): Finding => ({
      undersold: skus.reduce((sum, sku) => sum + Math.max(0, units * needOf(sku) - (sold[sku] ?? 0)), 0) + Math.max(0, due - held),
      problems: [
        ...[...finishes, ...claimed].flatMap(({ busy }) => busy),
        ...answers
          .filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'OUT_OF_STOCK')
          .map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
        ...skus
          .filter((sku) => sold[sku] !== units * needOf(sku))
          .map((sku) => `${sold[sku] ?? 0} of ${sku} sold, in carts that all hold ${needOf(sku)} and of which ${units} can be had`),
        ...outcomes.filter((outcome) => outcome !== 'held' && outcome !== 'OUT_OF_STOCK').map((outcome) => `a claim ended in ${outcome}`),
        ...(held > due ? [`${held} claims of 3 were granted of ${pairs} units`] : []),
      ],
    })
  })
}
