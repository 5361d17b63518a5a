import type { Order } from '@cartwright/core/ports'
import { type Arena, unitMinor } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race, startRacer } from '../start-racer.ts'
import type { Answer, ReadyCart } from '../tasks/buyer.ts'
import type { DuelPlan } from '../tasks/duel-task.ts'
import type { PlacePlan } from '../tasks/place-task.ts'

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `buyer-${index}`)

/** Two processes work on carts while two others put something else into the same carts. */
async function whileEdited(arena: Arena, carts: readonly ReadyCart[], plans: readonly PlacePlan[]) {
  const halves = <T>(items: readonly T[]) => [0, 1].map((half) => items.filter((_item, index) => index % 2 === half))
  const tills = halves(plans).map((share, index) => startRacer(racerSetup(arena, index, 'place', { plans: share })))
  const tabs = halves(carts).map((share, index) => startRacer(racerSetup(arena, 2 + index, 'edit', { carts: share, sku: 'EXTRA' })))
  const all = [...tills, ...tabs]
  await Promise.all(all.map(({ ready }) => ready))
  for (const racer of all) racer.go()
  const placed = await Promise.all(tills.map(({ end }) => end))
  const edited = await Promise.all(tabs.map(({ end }) => end))
  return {
    answers: placed.flatMap((end) => (end === 'killed' ? [] : end.results)),
    edits: edited.flatMap((end) => (end === 'killed' ? [] : end.results)),
    busy: [...placed, ...edited].flatMap((end) => (end === 'killed' ? [] : end.busy)),
  }
}

/** Every order is of what its buyer agreed to: one unit of `HOT` at its price. */
function asAgreed(orders: readonly Order[]): readonly string[] {
  return orders.flatMap(({ number, lines, totalMinor }) => {
    const goods = lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')
    return goods === '1 × HOT' && totalMinor === unitMinor ? [] : [`order ${number} is of ${goods} for ${totalMinor}`]
  })
}

const oddEdits = (edits: readonly string[]) => edits.filter((edit) => edit !== 'added' && edit !== 'CART_CLOSED').map((edit) => `an edit ended in ${edit}`)

function odd(answers: readonly Answer[], allowed: readonly string[]): readonly string[] {
  return answers.filter(({ outcome }) => !allowed.includes(outcome)).map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`)
}

/** A7: a line is added while the cart is placed: the buyer pays for what was agreed, or is asked again. */
export function addedDuringCheckout(options: CaseOptions): Promise<CaseResult> {
  const count = options.size === 'full' ? 300 : 32
  return runCase('A7', options, { supply: { HOT: { main: count }, EXTRA: { main: count } } }, async (arena) => {
    const carts = await arena.readyCarts(names(count))
    const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: `key-${cart.customerId}` }))
    const { answers, edits, busy } = await whileEdited(arena, carts, plans)
    return ({ orders }): Finding => {
      const told = answers.filter(({ outcome }) => outcome === 'confirmed').length
      return {
        problems: [
          ...busy,
          ...asAgreed(orders),
          ...oddEdits(edits),
          ...odd(answers, ['confirmed', 'TOTAL_CHANGED']),
          ...(told === orders.length ? [] : [`${told} buyers were told of a sale, there are ${orders.length} orders`]),
        ],
      }
    }
  })
}

/** A8: a second tab edits the cart after the payment exists: what is paid for is what was ordered. */
export function editedAfterPayment(options: CaseOptions): Promise<CaseResult> {
  const count = options.size === 'full' ? 200 : 24
  return runCase('A8', options, { supply: { HOT: { main: count }, EXTRA: { main: count } } }, async (arena) => {
    const carts = await arena.readyCarts(names(count))
    const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_requires_action', idempotencyKey: `key-${cart.customerId}` }))
    const placed = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'place', { plans: share })))
    approveAll(arena)
    const { answers, edits, busy } = await whileEdited(arena, carts, plans)
    return ({ orders, sold }): Finding => ({
      undersold: count - (sold.HOT ?? 0),
      problems: [
        ...busy,
        ...asAgreed(orders),
        ...oddEdits(edits),
        ...odd(
          placed.flatMap(({ results }) => results),
          ['requires_action'],
        ),
        ...odd(answers, ['confirmed', 'requires_action']),
      ],
    })
  })
}

/** Lets every buyer approve at the bank. */
function approveAll({ bank }: Arena): void {
  const { items } = bank.ledger.listPayments({ limit: 10_000 })
  for (const { providerPaymentId, status } of items) if (status === 'requires_action') bank.ledger.completeAction(providerPaymentId)
}

/** A13: cancel against pay, 1,000 times: two processes learn that an order was paid while two others cancel it. */
export function cancelAgainstPay(options: CaseOptions): Promise<CaseResult> {
  const count = options.size === 'full' ? 1_000 : 32
  return runCase('A13', options, { supply: { HOT: { main: count } } }, async (arena) => {
    const carts = await arena.readyCarts(names(count))
    const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_requires_action', idempotencyKey: `key-${cart.customerId}` }))
    const placed = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'place', { plans: share })))
    const orders = placed.flatMap(({ results }) => results)
    approveAll(arena)
    const duels = (side: DuelPlan['side'], half: number) =>
      orders
        .filter(({ orderId }, index) => orderId !== null && index % 2 === half)
        .map(({ who, orderId }): DuelPlan => ({ customerId: who, orderId: orderId ?? '', side }))
    const finishes = await race([
      racerSetup(arena, 0, 'duel', { plans: duels('pay', 0) }),
      racerSetup(arena, 1, 'duel', { plans: duels('cancel', 0) }),
      racerSetup(arena, 2, 'duel', { plans: duels('pay', 1) }),
      racerSetup(arena, 3, 'duel', { plans: duels('cancel', 1) }),
    ])
    const answers = finishes.flatMap(({ results }) => results)
    return (judgement): Finding => ({
      problems: [
        ...finishes.flatMap(({ busy }) => busy),
        ...odd(orders, ['requires_action']),
        ...odd(answers, ['confirmed', 'cancelled', 'pending', 'requires_action', 'ORDER_CLOSED', 'PROVIDER_UNAVAILABLE']),
        ...judgement.orders.filter(({ status }) => status === 'pending').map(({ number }) => `order ${number} is still pending`),
        ...(judgement.orders.length === count ? [] : [`${judgement.orders.length} orders of ${count}`]),
      ],
    })
  })
}
