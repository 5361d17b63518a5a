import { setTimeout as sleep } from 'node:timers/promises'
import type { Commerce } from '@cartwright/core'
import { type SeededRandom, seededRandom } from '@cartwright/testing'
import { startFakeStripe } from '@cartwright/testing/stripe'
import { type Arena, openArena } from '../arena.ts'
import { judge } from '../judge.ts'
import { faultsOfEveryKind } from '../money/every-fault.ts'
import { moneyFigures, orphanCents, wrongs } from '../money/money-figures.ts'
import { StripeDays } from '../money/stripe-days.ts'
import { openWebhookEndpoint, type WebhookEndpoint } from '../money/webhook-endpoint.ts'
import { openShop } from '../open-shop.ts'
import { type CaseOptions, type CaseResult, caseResult, shared } from '../race-case.ts'
import { startRacer } from '../start-racer.ts'
import type { Answer, ReadyCart } from '../tasks/buyer.ts'
import type { Spender, SpendingNews } from '../tasks/spend-task.ts'

interface Size {
  readonly checkouts: number
  readonly tills: number
  readonly workers: number
  /** Of each till, and of each worker. */
  readonly kills: number
  readonly atOnce: number
}

const sizes: Readonly<Record<CaseOptions['size'], Size>> = {
  small: { checkouts: 100, tills: 2, workers: 1, kills: 1, atOnce: 8 },
  full: { checkouts: 10_000, tills: 3, workers: 2, kills: 4, atOnce: 12 },
}

/** How long all may take to settle once nothing goes wrong any more. */
const settledWithinMs = 60_000

const timing = { lockMs: 3_000, providerTimeoutMs: 1_500, auditGraceMs: 3_000 }
const pausesMs = { reconciler: 2_000, inbox: 100, completer: 200, refunds: 200, expiry: 1_000, relay: 500, search: 60_000, carts: 60_000, sweep: 30_000 }

/**
 * Checkouts through Stripe's own library while every fault that the fake Stripe has befalls one request, or one event, in twenty, processes are killed, cards decline,
 * buyers walk away, debits take their time, and banks and dashboards take money back. Then the faults end, and all must settle.
 */
export async function moneyUnderFaults(options: CaseOptions): Promise<CaseResult> {
  const size = sizes[options.size]
  const endpoint = await openWebhookEndpoint()
  const stripe = await startFakeStripe({
    seed: options.seed,
    webhookEndpoints: [{ url: endpoint.url }],
    webhookRetryDelaysMs: [1_000, 2_000, 4_000, 8_000],
    webhookTimeoutMs: 5_000,
    searchLagMs: 2_000,
    faults: faultsOfEveryKind,
  })
  const { host, port, apiKey, webhookSecret } = stripe
  const supply = suppliesFor(size.checkouts)
  const arena = await openArena({ ...shared(options), supply, timing, stripe: { host, port, apiKey, webhookSecret, requestTimeoutMs: 1_200 } })
  try {
    const random = seededRandom(options.seed)
    const days = new StripeDays(stripe, seededRandom(options.seed + 1))
    const spenders = makeSpenders(size.checkouts, Object.keys(supply), random)
    const startedMs = performance.now()
    const answers = await trade({ arena, endpoint, days, size, random, spenders })
    const calmMs = performance.now()
    stripe.calm()
    stripe.removeWebhookEndpoints()
    days.finish()
    let settledMs = 0
    let aheadMs = 0
    const judgement = await judge(arena, {
      moved: async (ms) => {
        await stripe.advance(ms - aheadMs)
        aheadMs = ms
      },
      work: (now) => settleAt(arena, size, now),
      meanwhile: () => {
        days.finish()
        settledMs = Math.round(performance.now() - calmMs)
      },
      orphans: (found) => orphanCents(stripe, found),
    })
    const slow = settledMs > settledWithinMs ? [`settled after ${settledMs} ms, not within ${settledWithinMs}`] : []
    const problems = [...slow, ...wrongs(stripe, judgement, spenders, answers)]
    const report = { ...moneyFigures(stripe, judgement, answers, days.deeds), loadMs: Math.round(calmMs - startedMs), settledMs }
    return { ...caseResult('money', options, [judgement], [{ problems }]), report }
  } finally {
    await endpoint.close()
    await stripe.close()
    await arena.dispose()
  }
}

/** Lets as many workers as the shop has, each a process, do what is due when the shop's clock stands there. The one that leads ends when nothing is left. */
async function settleAt(arena: Arena, { workers }: Size, now: Date): Promise<void> {
  const shop = { ...arena.shop, clockSkewMs: now.getTime() - Date.now() }
  const processes = Array.from({ length: workers }, (_, index) =>
    startRacer({ shop, seed: arena.seed, delays: false, killAtStep: null, task: 'settle', params: { concurrency: 8, leads: index === 0 } }),
  )
  await Promise.all(processes.map(({ ready }) => ready))
  for (const { go } of processes) go()
  try {
    await processes[0]?.end
  } finally {
    for (const { stop } of processes.slice(1)) stop()
    await Promise.all(processes.map(({ end }) => end))
  }
}

/** Ten goods; of the first there is too little for everybody. */
function suppliesFor(checkouts: number): Readonly<Record<string, { readonly main: number }>> {
  const share = Math.ceil(checkouts / 10)
  return Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`GOOD-${index}`, { main: index === 0 ? Math.ceil(share / 2) : share * 4 }]))
}

function makeSpenders(count: number, skus: readonly string[], random: SeededRandom): readonly Spender[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `buyer-${index}`,
    goods: { [skus[index % skus.length] ?? '']: random.integer(1, 2) },
    method: methodFor(random.integer(1, 100)),
    triesAgain: random.integer(1, 2) === 1,
    isCancelled: random.integer(1, 100) <= 6,
    cart: null,
  }))
}

function methodFor(lot: number): string {
  if (lot <= 66) return 'pm_card_visa'
  if (lot <= 72) return 'pm_card_visa_chargeDeclined'
  if (lot <= 75) return 'pm_card_visa_chargeDeclinedInsufficientFunds'
  if (lot <= 86) return 'pm_card_threeDSecure2Required'
  if (lot <= 88) return 'pm_card_threeDSecureRequiredChargeDeclined'
  if (lot <= 95) return 'pm_usBankAccount_success'
  return 'pm_card_pendingRefund'
}

interface Trade {
  readonly arena: Arena
  readonly endpoint: WebhookEndpoint
  readonly days: StripeDays
  readonly size: Size
  readonly random: SeededRandom
  readonly spenders: readonly Spender[]
}

/** Lets tills sell, workers work, webhooks come in and Stripe's days go by, until every buyer has an answer. */
async function trade({ arena, endpoint, days, size, random, spenders }: Trade): Promise<ReadonlyMap<string, Answer>> {
  const shop: Commerce = await openShop({ ...arena.shop, plant: null })
  endpoint.serve(shop)
  const answers = new Map<string, Answer>()
  const selling = new AbortController()
  const draw = () => seededRandom(random.integer(0, 2 ** 31))
  const passing = passDays(days, selling.signal)
  const workers = Array.from({ length: size.workers }, () => workThroughKills(arena, size, draw(), selling.signal))
  const shares = Array.from({ length: size.tills }, (_, till) => spenders.filter((_spender, index) => index % size.tills === till))
  try {
    await Promise.all(shares.map((share) => sellThroughKills(arena, share, answers, size, draw())))
  } finally {
    selling.abort()
    await Promise.all(workers)
    await passing
    endpoint.serve(undefined)
    await shop.close()
  }
  return answers
}

async function passDays(days: StripeDays, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    days.step()
    await sleep(20)
  }
}

/** One till: killed so many times, each time started again with the buyers who have no answer yet. */
async function sellThroughKills(
  arena: Arena,
  spenders: readonly Spender[],
  answers: Map<string, Answer>,
  { kills, atOnce }: Size,
  random: SeededRandom,
): Promise<void> {
  const carts = new Map<string, ReadyCart>()
  const note = (progress: unknown) => {
    const news = progress as SpendingNews
    if (news.type === 'cart') carts.set(news.name, news.cart)
    else answers.set(news.name, news.answer)
    return news.type === 'answer'
  }
  for (let life = 0; ; life += 1) {
    const left = spenders.filter(({ name }) => !answers.has(name)).map((spender) => ({ ...spender, cart: carts.get(spender.name) ?? null }))
    // The last life is left alone; each before it ends when it has served its share, or soon after.
    const dies = life < kills
    let served = 0
    const killed = startRacer(
      { shop: arena.shop, seed: random.integer(0, 2 ** 31), delays: false, killAtStep: null, task: 'spend', params: { spenders: left, atOnce } },
      (progress) => {
        if (note(progress)) served += 1
        if (dies && served >= left.length / (kills + 1 - life)) killed.kill()
      },
    )
    await killed.ready
    killed.go()
    if ((await killed.end) !== 'killed') return
  }
}

/** One worker: killed now and then and started again, until the tills have closed. */
async function workThroughKills(arena: Arena, { kills }: Size, random: SeededRandom, over: AbortSignal): Promise<void> {
  for (let life = 0; !over.aborted; life += 1) {
    const params = { concurrency: 8, pausesMs }
    const worker = startRacer({ shop: arena.shop, seed: random.integer(0, 2 ** 31), delays: false, killAtStep: null, task: 'keep-working', params })
    await worker.ready
    worker.go()
    const stop = () => worker.stop()
    over.addEventListener('abort', stop, { once: true })
    if (over.aborted) worker.stop()
    if (life < kills) {
      await sleep(random.integer(1_000, 4_000), undefined, { signal: over }).catch(() => {})
      if (!over.aborted) worker.kill()
    }
    await worker.end
    over.removeEventListener('abort', stop)
  }
}
