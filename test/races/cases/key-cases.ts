import type { Arena } from '../arena.ts'
import type { Judgement } from '../judge.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, merged, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import type { Answer } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'

interface Placing {
  readonly answers: readonly Answer[]
  readonly busy: readonly string[]
}

async function placeAll(arena: Arena, plans: readonly PlacePlan[]): Promise<Placing> {
  const finishes = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'place', { plans: share })))
  return { answers: finishes.flatMap(({ results }) => results), busy: finishes.flatMap(({ busy }) => busy) }
}

async function oneCart(arena: Arena) {
  const [cart] = await arena.readyCarts(['ada'])
  if (cart === undefined) throw new Error('no cart was made')
  return cart
}

const supply = { HOT: { main: 50 } }

function oneSale({ sold, payments, orders }: Judgement): readonly string[] {
  return [
    ...(sold.HOT === 1 ? [] : [`${sold.HOT ?? 0} units sold instead of 1`]),
    ...(payments.filter(({ capturedMinor }) => capturedMinor > 0).length === 1 ? [] : [`${payments.length} payments, more or fewer than one of them charged`]),
    ...(orders.length === 1 ? [] : [`${orders.length} orders`]),
  ]
}

/** The first of A9: one key, the same call, 32 times: one order, one answer. */
function sameCall(options: CaseOptions): Promise<CaseResult> {
  return runCase('A9', options, { supply }, async (arena) => {
    const cart = await oneCart(arena)
    const plans = Array.from({ length: 32 }, (_, index): PlacePlan => ({ who: `call-${index}`, cart, method: 'card_ok', idempotencyKey: 'the-key' }))
    const { answers, busy } = await placeAll(arena, plans)
    return (judgement): Finding => {
      const distinct = new Set(answers.map(({ outcome, orderId }) => `${outcome} ${orderId ?? ''}`))
      const right = distinct.size === 1 && answers[0]?.outcome === 'confirmed' && answers[0].orderId === judgement.orders[0]?.id
      return { problems: [...busy, ...oneSale(judgement), ...(right ? [] : [`the answers differ: ${[...distinct].join(', ')}`])] }
    }
  })
}

/** The second: one key, two sets of parameters: one set wins, the other is told that the key was used. */
function otherParameters(options: CaseOptions): Promise<CaseResult> {
  return runCase('A9', options, { supply }, async (arena) => {
    const cart = await oneCart(arena)
    const plans = Array.from({ length: 32 }, (_, index): PlacePlan => {
      const email = index % 3 === 0 ? 'one@example.com' : 'two@example.com'
      return { who: email, cart, method: 'card_ok', idempotencyKey: 'the-key', email }
    })
    const { answers, busy } = await placeAll(arena, plans)
    return (judgement): Finding => {
      const winner = judgement.orders[0]?.email
      const wrong = answers.filter(({ who, outcome }) => outcome !== (who === winner ? 'confirmed' : 'IDEMPOTENCY_KEY_REUSED'))
      return {
        problems: [
          ...busy,
          ...oneSale(judgement),
          ...wrong.map(({ who, outcome, message }) => `${who} was told ${outcome} ${message ?? ''} though ${winner} won`),
        ],
      }
    }
  })
}

/** A9: one key ×32; one key, other parameters. */
export async function oneKey(options: CaseOptions): Promise<CaseResult> {
  return merged(options, [await sameCall(options), await otherParameters(options)])
}

/** A10: one cart, 32 keys: one of them makes the order, the others are refused. */
export function oneCartManyKeys(options: CaseOptions): Promise<CaseResult> {
  return runCase('A10', options, { supply }, async (arena) => {
    const cart = await oneCart(arena)
    const plans = Array.from({ length: 32 }, (_, index): PlacePlan => ({ who: `tab-${index}`, cart, method: 'card_ok', idempotencyKey: `key-${index}` }))
    const { answers, busy } = await placeAll(arena, plans)
    return (judgement): Finding => {
      const sales = answers.filter(({ outcome }) => outcome === 'confirmed')
      const unexpected = answers.filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'CART_CLOSED')
      return {
        problems: [
          ...busy,
          ...oneSale(judgement),
          ...(sales.length === 1 ? [] : [`${sales.length} tabs were told of a sale`]),
          ...unexpected.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
        ],
      }
    }
  })
}
