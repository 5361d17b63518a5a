import { setTimeout as sleep } from 'node:timers/promises'
import { purchaseSteps } from '@cartwright/core'
import { type SeededRandom, seededRandom } from '@cartwright/testing'
import { type Arena, openArena } from '../arena.ts'
import { type Judgement, judge } from '../judge.ts'
import { type CaseOptions, type CaseResult, caseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { Retrier } from '../retrier.ts'
import { startRacer } from '../start-racer.ts'
import { type Answer, placeCart, type ReadyCart } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'
import type { PurchasePlan } from '../tasks/purchase-task.ts'

/** A way through the purchase, of which every step is a place to die. */
interface Scenario {
  readonly name: string
  readonly method: string
  readonly after: PurchasePlan['after']
  /** Whether the buyer approves the payment after the crash, where it waits for that. */
  readonly approves: boolean
  /** What the first uninterrupted run ends in: a sale or none. */
  readonly sells: boolean
  /** Whether the small size has it too. */
  readonly inTests: boolean
}

const scenarios: readonly Scenario[] = [
  { name: 'success', method: 'card_ok', after: 'nothing', approves: false, sells: true, inTests: true },
  { name: 'lost answer', method: 'card_timeout', after: 'nothing', approves: false, sells: true, inTests: false },
  { name: 'decline', method: 'card_declined', after: 'nothing', approves: false, sells: false, inTests: true },
  { name: 'action, approved', method: 'card_requires_action', after: 'nothing', approves: true, sells: true, inTests: false },
  { name: 'action, cancelled', method: 'card_requires_action', after: 'cancel', approves: false, sells: false, inTests: true },
  { name: 'paid, cancelled, refunded', method: 'card_ok', after: 'cancel', approves: false, sells: false, inTests: true },
]

const supply = { HOT: { main: 3 } }

/** B1: a purchase or a cancellation, killed at every step boundary in turn; then a new process settles what it left. */
export async function killAtEveryStep(options: CaseOptions): Promise<CaseResult> {
  const template = await openArena({ seed: options.seed, supply, plant: options.plant ?? null })
  try {
    const [cart] = await template.readyCarts(['ada'])
    if (cart === undefined) throw new Error('no cart was made')
    const outcomes: Outcome[] = []
    for (const scenario of scenarios.filter(({ inTests }) => inTests || options.size === 'full')) outcomes.push(...(await everyStep(template, cart, scenario)))
    const passed = new Set<string>(outcomes.flatMap(({ steps }) => steps))
    const untouched = purchaseSteps.filter((step) => !passed.has(step)).map((step) => `no scenario passes ${step}`)
    return caseResult(
      'B1',
      options.seed,
      outcomes.map(({ judgement }) => judgement),
      [...outcomes.map(({ finding }) => finding), { problems: untouched }],
    )
  } finally {
    await template.dispose()
  }
}

interface Outcome {
  readonly judgement: Judgement
  readonly finding: Finding
  /** The steps of a run that was not killed. */
  readonly steps: readonly string[]
}

/** First a whole run, which tells how many steps there are; then one run killed at each, two side by side. */
async function everyStep(template: Arena, cart: ReadyCart, scenario: Scenario): Promise<readonly Outcome[]> {
  const whole = await purchase(template, cart, scenario, null)
  const pending = whole.steps.map((step, index) => ({ step, killAtStep: index + 1 }))
  const outcomes: Outcome[] = []
  const work = async () => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) outcomes.push(await purchase(template, cart, scenario, next))
  }
  await Promise.all([work(), work()])
  return [whole, ...outcomes]
}

async function purchase(
  template: Arena,
  cart: ReadyCart,
  scenario: Scenario,
  death: { readonly step: string; readonly killAtStep: number } | null,
): Promise<Outcome> {
  const arena = await template.copy()
  try {
    const plan: PurchasePlan = { cart, method: scenario.method, idempotencyKey: 'the-key', after: scenario.after }
    const racer = startRacer({ shop: arena.shop, seed: arena.seed, delays: false, killAtStep: death?.killAtStep ?? null, task: 'purchase', params: plan })
    await racer.ready
    racer.go()
    const end = await racer.end
    const approve = () => {
      if (scenario.approves) approveAll(arena)
    }
    approve()
    const judgement = await judge(arena, approve)
    const again = scenario.sells ? await repeat(arena, plan) : undefined
    const where = `${scenario.name}, killed at ${death === null ? 'no step' : `${death.killAtStep} ${death.step}`}`
    const problems = [
      ...judgement.problems,
      ...(death !== null && end !== 'killed' ? ['the process was not killed'] : []),
      ...outcomeProblems(scenario, judgement, death, again),
    ]
    return {
      judgement: { ...judgement, problems: [] },
      finding: { problems: problems.map((problem) => `${where}: ${problem}`) },
      steps: end === 'killed' ? [] : end.steps,
    }
  } finally {
    await arena.dispose()
  }
}

/** Lets the buyer approve what waits for approval. */
function approveAll({ bank }: Arena): void {
  const { items } = bank.ledger.listPayments({ limit: 100 })
  for (const { providerPaymentId, status } of items) if (status === 'requires_action') bank.ledger.completeAction(providerPaymentId)
}

/** The client comes back with the same key, as it was told to. */
async function repeat(arena: Arena, plan: PurchasePlan): Promise<Answer> {
  return arena.use((commerce) =>
    placeCart({ commerce, retrier: new Retrier(seededRandom(arena.seed)) }, 'the client', plan.cart, plan.method, plan.idempotencyKey),
  )
}

function outcomeProblems(
  scenario: Scenario,
  { sold, orders }: Judgement,
  death: { readonly step: string } | null,
  again: Answer | undefined,
): readonly string[] {
  const units = sold.HOT ?? 0
  const unfinished = orders.filter(({ status }) => status === 'pending').map(({ number }) => `order ${number} is still pending`)
  if (death === null) return [...unfinished, ...(units === (scenario.sells ? 1 : 0) ? [] : [`${units} units sold`])]
  const prepared = orders.length > 0
  const replayed = again === undefined || !prepared || (again.outcome === 'confirmed' && again.orderId === orders[0]?.id)
  return [
    ...unfinished,
    ...(orders.length > 1 ? [`${orders.length} orders`] : []),
    ...(scenario.sells && prepared && units !== 1 ? [`${units} units sold of an order that was placed`] : []),
    ...(replayed ? [] : [`the same key was answered ${again.outcome} ${again.message ?? ''}`]),
  ]
}

/** B8: four processes sell on one file; each is killed at random moments and started again; then the rest is sold in peace. */
export function killAtRandom(options: CaseOptions): Promise<CaseResult> {
  const [units, buyers, kills] = options.size === 'full' ? [60, 240, 8] : [15, 60, 3]
  return runCase('B8', options, { supply: { HOT: { main: units } }, timing: { lockMs: 1_500, providerTimeoutMs: 1_000 } }, async (arena) => {
    const carts = await arena.readyCarts(Array.from({ length: buyers }, (_, index) => `buyer-${index}`))
    const plans = carts.map((cart): PlacePlan => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: `key-${cart.customerId}` }))
    const answers = new Map<string, Answer>()
    const random = seededRandom(options.seed)
    const busy = await Promise.all(
      dealt(plans).map((share, index) => sellThroughKills(arena, share, answers, kills, seededRandom(random.integer(0, 2 ** 31) + index))),
    )
    return ({ sold, orders }): Finding => {
      const confirmed = new Set<string>(orders.filter(({ status }) => status === 'confirmed').map(({ id }) => id))
      const all = [...answers.values()]
      const unexpected = all.filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'OUT_OF_STOCK')
      const broken = all.filter(({ outcome, orderId }) => outcome === 'confirmed' && orderId !== null && !confirmed.has(orderId))
      return {
        undersold: Math.max(0, Math.min(units, buyers) - (sold.HOT ?? 0)),
        problems: [
          ...busy.flat(),
          ...(all.length === buyers ? [] : [`${all.length} of ${buyers} buyers have an answer`]),
          ...unexpected.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
          ...broken.map(({ who }) => `${who} was told of a sale that is none`),
        ],
      }
    }
  })
}

/** One till: killed so many times, each time started again with the buyers who have no answer yet, then left alone. @returns errors about locks. */
async function sellThroughKills(
  arena: Arena,
  plans: readonly PlacePlan[],
  answers: Map<string, Answer>,
  kills: number,
  random: SeededRandom,
): Promise<readonly string[]> {
  for (let life = 0; ; life += 1) {
    const left = plans.filter(({ who }) => !answers.has(who))
    const setup = { shop: arena.shop, seed: random.integer(0, 2 ** 31), delays: true, killAtStep: null, task: 'place' as const, params: { plans: left } }
    const racer = startRacer(setup, (result) => {
      const answer = result as Answer
      answers.set(answer.who, answer)
    })
    await racer.ready
    racer.go()
    if (life < kills) {
      await sleep(random.integer(20, 600))
      racer.kill()
    }
    const end = await racer.end
    if (end !== 'killed') return end.busy
  }
}
