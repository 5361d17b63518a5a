import { type Commerce, purchaseSteps, webhookSteps } from '@cartwright/core'
import { type ManualClock, manualClock, seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { openShop } from '../open-shop.ts'
import { type CaseOptions, type CaseResult, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { Retrier } from '../retrier.ts'
import { startRacer } from '../start-racer.ts'
import { placeCart, type ReadyCart } from '../tasks/buyer.ts'
import type { PlainWebhook } from '../tasks/webhook-task.ts'

const secret = 'fake-webhook-secret'
const staff = { type: 'admin', id: 'ops' } as const
const minute = 60_000

type Ledger = Arena['bank']['ledger']

/** What a bank tells, and what must come of it wherever the process dies that hears it. */
interface Story {
  readonly name: string
  readonly method: string
  readonly cancelledFirst?: boolean
  /** What happens at the bank, of which the shop then hears the last event. */
  readonly happens: (bank: Ledger, providerPaymentId: string) => void
  /** The order's status and that of its money. */
  readonly ends: string
  /** Whether the small size has it too. */
  readonly inTests?: boolean
}

const stories: readonly Story[] = [
  {
    name: 'money for a cancelled order',
    method: 'card_unreachable',
    cancelledFirst: true,
    happens: () => {},
    ends: 'cancelled refunded',
    inTests: true,
  },
  { name: 'an approval', method: 'card_requires_action', happens: (bank, id) => void bank.completeAction(id), ends: 'confirmed paid' },
  { name: 'a cancellation', method: 'card_requires_action', happens: (bank, id) => void bank.cancelElsewhere(id), ends: 'cancelled none' },
  { name: 'a second charge', method: 'card_duplicate', happens: () => {}, ends: 'confirmed paid' },
  {
    name: 'the end of a refund',
    method: 'card_slow_refund',
    cancelledFirst: true,
    happens: (bank) => void bank.settleRefund(bank.refunds().at(-1)?.providerRefundId ?? ''),
    ends: 'cancelled refunded',
  },
  {
    name: 'a dispute',
    method: 'card_ok',
    happens: (bank, id) => void bank.decideDispute(bank.openDispute(id).providerDisputeId, 'lost'),
    ends: 'confirmed refunded',
  },
]

/** The most steps that one event leads through. */
const maxSteps = webhookSteps.length + purchaseSteps.length

/**
 * B1 for the inbox: a process that takes in a webhook and acts on it is killed at every step of that in turn. Then the bank sends again what was not acknowledged, and
 * another worker ends it.
 */
export function killedInboxes(options: CaseOptions): Promise<CaseResult> {
  const chosen = stories.filter(({ inTests = false }) => inTests || options.size === 'full')
  const orders = chosen.length * maxSteps
  return runCase('B1-inbox', options, { supply: { HOT: { main: orders } } }, async (arena) => {
    const problems: string[] = []
    const passed = new Set<string>()
    for (const story of chosen) {
      const carts = await arena.readyCarts(Array.from({ length: maxSteps }, (_, index) => `${story.name} ${index}`))
      const whole = await play(arena, story, carts[0], null)
      for (const step of whole.steps) passed.add(step)
      problems.push(...whole.problems)
      for (const [index, step] of whole.steps.entries()) {
        const { problems: found } = await play(arena, story, carts[index + 1], index + 1)
        problems.push(...found.map((problem) => `${story.name}, killed at ${step}: ${problem}`))
      }
    }
    problems.push(...webhookSteps.filter((step) => !passed.has(step)).map((step) => `no story passes ${step}`))
    return () => ({ problems })
  })
}

interface Played {
  /** Of a process that was not killed. */
  readonly steps: readonly string[]
  readonly problems: readonly string[]
}

async function play(arena: Arena, story: Story, cart: ReadyCart | undefined, killAtStep: number | null): Promise<Played> {
  if (cart === undefined) throw new Error('there are more steps than carts')
  const { orderId, webhook } = await arrange(arena, story, cart)
  const racer = startRacer({ ...racerSetup(arena, 0, 'webhook', { webhooks: [webhook], rounds: 1 }), delays: false, killAtStep })
  await racer.ready
  racer.go()
  const end = await racer.end
  const survived = killAtStep !== null && end !== 'killed'
  const problems = [...(survived ? ['the process was not killed'] : []), ...(await rescue(arena, story, orderId, webhook))]
  return { steps: end === 'killed' ? [] : end.steps, problems }
}

/** Places an order, lets it have its story at the bank, and takes the last event of that. */
async function arrange(arena: Arena, { method, cancelledFirst = false, happens }: Story, cart: ReadyCart) {
  const { ledger } = arena.bank
  const orderId = await arena.use(async (commerce) => {
    const racer = { commerce, retrier: new Retrier(seededRandom(arena.seed)) }
    const placed = await placeCart(racer, 'ada', cart, { method, idempotencyKey: `place ${cart.cartId}` })
    if (placed.orderId === null) throw new Error(`no order was placed: ${placed.message}`)
    return placed.orderId
  })
  // A minute later nobody can be about to start the payment any more.
  if (cancelledFirst) await later(arena, ({ commerce }) => commerce.orders.cancel({ actor: staff, orderId }))
  const [payment] = await arena.use((commerce) => commerce.payments.ofOrder({ actor: staff, orderId }))
  if (payment === undefined) throw new Error('the order has no payment')
  const providerPaymentId =
    payment.providerPaymentId ??
    ledger.chargeElsewhere({
      paymentId: payment.id as never,
      orderId: orderId as never,
      amount: { amountMinor: payment.amountMinor, currency: payment.currency },
    }).providerPaymentId
  happens(ledger, providerPaymentId)
  const { eventId } = ledger.listEvents({ limit: 1_000_000 }).items.at(-1) ?? { eventId: '' }
  const { rawBody, headers } = ledger.signedWebhook(eventId, { secret, at: new Date() })
  return { orderId, webhook: { eventId, body: Buffer.from(rawBody).toString('utf8'), headers } }
}

/** What the bank and another worker do later: the webhook comes again, its lease has ended. @returns what is wrong with what came of it */
async function rescue(arena: Arena, { ends }: Story, orderId: string, { eventId, body, headers }: PlainWebhook): Promise<readonly string[]> {
  return later(arena, async ({ commerce, clock }) => {
    await commerce.payments.handleWebhook({ provider: 'fake', rawBody: body, headers })
    for (let round = 0; round < 3; round += 1) {
      clock.advance(2 * minute)
      await commerce.worker.runOnce({ jobs: ['inbox', 'refunds'] })
    }
    return await compare(commerce, ends, orderId, eventId)
  })
}

/** Does something to the shop a minute from now. */
async function later<T>({ shop }: Arena, work: (shop: { readonly commerce: Commerce; readonly clock: ManualClock }) => Promise<T>): Promise<T> {
  const clock = manualClock(new Date(Date.now() + minute))
  const commerce = await openShop(shop, { clock })
  try {
    return await work({ commerce, clock })
  } finally {
    await commerce.close()
  }
}

async function compare(commerce: Commerce, ends: string, orderId: string, eventId: string): Promise<readonly string[]> {
  const { status, paymentStatus } = await commerce.orders.get({ actor: staff, id: orderId })
  const event = await commerce.payments.webhook({ actor: staff, provider: 'fake', eventId })
  const refunds = await commerce.payments.refundsOfOrder({ actor: staff, orderId })
  const ending = `${status} ${paymentStatus}`
  return [
    ...(ending === ends ? [] : [`the order is ${ending} instead of ${ends}`]),
    ...(event.state === 'processed' ? [] : [`the event is ${event.state}`]),
    ...(refunds.length <= 1 ? [] : [`${refunds.length} refunds`]),
  ]
}
