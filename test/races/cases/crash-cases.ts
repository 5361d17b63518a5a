import { setTimeout as sleep } from 'node:timers/promises'
import { type PurchaseStep, purchaseSteps } from '@cartwright/core'
import { type SeededRandom, seededRandom } from '@cartwright/testing'
import { type Arena, openArena } from '../arena.ts'
import { type Judgement, judge } from '../judge.ts'
import { type CaseOptions, type CaseResult, caseResult, dealt, type Finding, runCase, shared } from '../race-case.ts'
import { Retrier } from '../retrier.ts'
import { startRacer } from '../start-racer.ts'
import { type Answer, placeCart, type ReadyCart } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'
import type { PurchasePlan } from '../tasks/purchase-task.ts'

/** A way through the purchase, of which every step is a place to die. */
interface Scenario {
  readonly name: string
  readonly plan: Omit<PurchasePlan, 'cart' | 'idempotencyKey'>
  /** Whether the buyer approves the payment after the crash, where it waits for that. */
  readonly approves?: boolean
  /** Units sold in the end, whenever the process died after the order was written; `either` where it depends on the moment. */
  readonly sells: 0 | 1 | 'either'
  /** Units sold when nothing is killed. */
  readonly sellsWhole: 0 | 1
  /** Whether the small size has it too: on files only, or on servers as well, where each run costs a database. */
  readonly inTests?: 'on files' | 'everywhere'
}

const scenarios: readonly Scenario[] = [
  { name: 'success', plan: { method: 'card_ok', after: 'nothing' }, sells: 1, sellsWhole: 1, inTests: 'on files' },
  { name: 'decline', plan: { method: 'card_declined', after: 'nothing' }, sells: 0, sellsWhole: 0, inTests: 'on files' },
  { name: 'action, cancelled', plan: { method: 'card_requires_action', after: 'cancel' }, sells: 0, sellsWhole: 0, inTests: 'everywhere' },
  { name: 'paid, cancelled, refunded', plan: { method: 'card_ok', after: 'cancel' }, sells: 'either', sellsWhole: 0, inTests: 'everywhere' },
  { name: 'authorised, captured', plan: { method: 'card_ok', capture: 'manual', after: 'capture' }, sells: 1, sellsWhole: 1, inTests: 'everywhere' },
  { name: 'authorised, voided', plan: { method: 'card_ok', capture: 'manual', after: 'cancel' }, sells: 'either', sellsWhole: 0, inTests: 'on files' },
  { name: 'action, approved', plan: { method: 'card_requires_action', after: 'nothing' }, approves: true, sells: 1, sellsWhole: 1 },
  { name: 'lost answer', plan: { method: 'card_timeout', after: 'nothing' }, sells: 1, sellsWhole: 1 },
  { name: 'late answer', plan: { method: 'card_late', after: 'nothing' }, sells: 1, sellsWhole: 1 },
  { name: 'decline, then another card', plan: { method: 'card_declined', after: 'another card' }, sells: 'either', sellsWhole: 1 },
  { name: 'decline, then another checkout', plan: { method: 'card_declined', after: 'another checkout' }, sells: 'either', sellsWhole: 1 },
  { name: 'action, then another checkout', plan: { method: 'card_requires_action', after: 'another checkout' }, sells: 'either', sellsWhole: 1 },
]

const supply = { HOT: { main: 3 } }

/** B1: a purchase or a cancellation, killed at every step boundary in turn; then a new process settles what it left. */
export async function killAtEveryStep(options: CaseOptions): Promise<CaseResult> {
  const template = await openArena({ ...shared(options), supply })
  try {
    const [cart] = await template.readyCarts(['ada'])
    if (cart === undefined) throw new Error('no cart was made')
    const outcomes: Outcome[] = []
    const isSmall = ({ inTests }: Scenario) => inTests === 'everywhere' || (inTests === 'on files' && options.engine !== 'postgres')
    for (const scenario of scenarios.filter((one) => options.size === 'full' || isSmall(one))) {
      outcomes.push(...(await everyStep(template, cart, scenario)))
      if (options.size === 'small' && outcomes.some(({ finding }) => finding.problems.length > 0)) break
    }
    const passed = new Set<string>(outcomes.flatMap(({ steps }) => steps))
    const untouched = purchaseSteps.filter((step) => !passed.has(step)).map((step) => `no scenario passes ${step}`)
    return caseResult(
      'B1',
      options,
      outcomes.map(({ judgement }) => judgement),
      [...outcomes.map(({ finding }) => finding), { problems: untouched }],
    )
  } finally {
    await template.dispose()
  }
}

/** B2: killed after the charge, at every step until the answer is committed. */
export function killAfterCharge(options: CaseOptions): Promise<CaseResult> {
  return killAtSteps('B2', options, ['payment.started', 'finalise.locked', 'finalise.written'])
}

/** B3: killed after the commit, before the caller has the answer. */
export function killBeforeAnswer(options: CaseOptions): Promise<CaseResult> {
  return killAtSteps('B3', options, ['finalise.done', 'cancel.done', 'refund.done'])
}

/** Every way through a purchase that passes one of these steps, killed there. */
async function killAtSteps(name: string, options: CaseOptions, steps: readonly PurchaseStep[]): Promise<CaseResult> {
  const template = await openArena({ ...shared(options), supply })
  try {
    const [cart] = await template.readyCarts(['ada'])
    if (cart === undefined) throw new Error('no cart was made')
    const chosen = scenarios.filter(({ name: scenario, inTests }) =>
      options.size === 'full' ? inTests !== undefined : scenario === 'paid, cancelled, refunded',
    )
    const outcomes: Outcome[] = []
    for (const scenario of chosen) outcomes.push(...(await everyStep(template, cart, scenario, (step) => steps.some((one) => one === step))))
    const died = outcomes.length > chosen.length ? [] : ['no step was reached']
    return caseResult(
      name,
      options,
      outcomes.map(({ judgement }) => judgement),
      [...outcomes.map(({ finding }) => finding), { problems: died }],
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

/** First a whole run, which tells how many steps there are; then one run killed at each that is chosen, two side by side. */
async function everyStep(template: Arena, cart: ReadyCart, scenario: Scenario, isChosen: (step: string) => boolean = () => true): Promise<readonly Outcome[]> {
  const whole = await purchase(template, cart, scenario, null)
  const pending = whole.steps.map((step, index) => ({ step, killAtStep: index + 1 })).filter(({ step }) => isChosen(step))
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
    const plan: PurchasePlan = { cart, idempotencyKey: 'the-key', ...scenario.plan }
    const racer = startRacer({ shop: arena.shop, seed: arena.seed, delays: false, killAtStep: death?.killAtStep ?? null, task: 'purchase', params: plan })
    await racer.ready
    racer.go()
    const end = await racer.end
    const approve = () => {
      if (scenario.approves) approveAll(arena)
    }
    approve()
    const judgement = await judge(arena, { meanwhile: approve })
    const again = scenario.sells === 1 && judgement.orders.length > 0 ? await repeat(arena, plan) : undefined
    const where = `${scenario.name}, killed at ${death === null ? 'no step' : `${death.killAtStep} ${death.step}`}`
    const problems = [
      ...judgement.problems,
      ...(death !== null && end !== 'killed' ? ['the process was not killed'] : []),
      ...outcomeProblems(scenario, judgement, death !== null, again),
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
async function repeat(arena: Arena, { cart, method, capture, idempotencyKey }: PurchasePlan): Promise<Answer> {
  const placing = { method, idempotencyKey, ...(capture === undefined ? {} : { capture }) }
  return arena.use((commerce) => placeCart({ commerce, retrier: new Retrier(seededRandom(arena.seed)) }, 'the client', cart, placing))
}

function outcomeProblems(scenario: Scenario, judgement: Judgement, killed: boolean, again: Answer | undefined): readonly string[] {
  const { sold, orders } = judgement
  const units = sold.HOT ?? 0
  const expected = killed ? scenario.sells : scenario.sellsWhole
  const wrong = expected === 'either' ? units > 1 : units !== expected
  const maxOrders = scenario.plan.after === 'another checkout' ? 2 : 1
  return [
    ...orders.filter(({ status }) => status === 'pending').map(({ number }) => `order ${number} is still pending`),
    ...(orders.length > maxOrders ? [`${orders.length} orders`] : []),
    ...(orders.length > 0 && wrong ? [`${units} units sold of an order that was placed`] : []),
    ...(again === undefined || again.outcome === 'confirmed' ? [] : [`the same key was answered ${again.outcome} ${again.message ?? ''}`]),
    ...(again === undefined || again.orderId === orders[0]?.id ? [] : ['the same key was answered with another order']),
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
    const shares = dealt(plans)
    const allOpen = barrier(shares.length)
    const busy = await Promise.all(
      shares.map((share, index) => sellThroughKills(arena, share, answers, { kills, random: seededRandom(random.integer(0, 2 ** 31) + index), allOpen })),
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

interface Fate {
  readonly kills: number
  readonly random: SeededRandom
  /** Waited for before the first life begins: later ones begin when the one before has ended. */
  readonly allOpen: () => Promise<void>
}

/** Resolves for all once so many have come. */
function barrier(count: number): () => Promise<void> {
  const open = Promise.withResolvers<void>()
  let come = 0
  return () => {
    come += 1
    if (come === count) open.resolve()
    return open.promise
  }
}

/** One till: killed so many times, each time started again with the buyers who have no answer yet, then left alone. @returns errors about locks. */
async function sellThroughKills(
  arena: Arena,
  plans: readonly PlacePlan[],
  answers: Map<string, Answer>,
  { kills, random, allOpen }: Fate,
): Promise<readonly string[]> {
  for (let life = 0; ; life += 1) {
    const left = plans.filter(({ who }) => !answers.has(who))
    const setup = { shop: arena.shop, seed: random.integer(0, 2 ** 31), delays: true, killAtStep: null, task: 'place' as const, params: { plans: left } }
    const racer = startRacer(setup, (result) => {
      const answer = result as Answer
      answers.set(answer.who, answer)
    })
    await racer.ready
    if (life === 0) await allOpen()
    racer.go()
    if (life < kills) {
      await sleep(random.integer(20, 600))
      racer.kill()
    }
    const end = await racer.end
    if (end !== 'killed') return end.busy
  }
}
