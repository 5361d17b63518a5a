import type { Commerce } from '@cartwright/core'
import { manualClock, seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { openShop } from '../open-shop.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { Retrier } from '../retrier.ts'
import { race } from '../start-racer.ts'
import type { BuyerPlan } from '../tasks/buy-task.ts'
import { answered } from '../tasks/buyer.ts'

const staff = { type: 'admin', id: 'ops' } as const
const day = 24 * 3_600_000

/**
 * A18: a preorder with a print run and a limit to what is promised beyond it, and twice as many buyers as there are units of both, while staff move its day to and fro.
 * Nobody can send one before the day, however often it is tried; once the rest of the run has come and the day too, each order is sent twice at once, and leaves once.
 */
export function preorders(options: CaseOptions): Promise<CaseResult> {
  const [printed, limit] = options.size === 'full' ? [60, 40] : [8, 6]
  return runCase('A18', options, { supply: { HOT: { main: printed } } }, async (arena) => {
    const sold = printed + limit
    // By a shop with the fault in it: a limit that is lost is lost from the beginning.
    await inShop(arena, new Date(), (commerce) => announce(commerce, limit, 3))
    const buyers = Array.from({ length: 2 * sold }, (_, index): BuyerPlan => ({ name: `buyer-${index}`, sku: 'HOT', quantity: 1, method: 'card_ok' }))
    const racing = race(dealt(buyers).map((share, index) => racerSetup(arena, index, 'buy', { buyers: share })))
    const [finishes] = await Promise.all([racing, moveTheDay(arena, limit)])
    const answers = finishes.flatMap(({ results }) => results)
    const orderIds = answers.flatMap(({ outcome, orderId }) => (outcome === 'confirmed' && orderId !== null ? [orderId] : []))
    const early = await sendAll(arena, orderIds, new Date())
    await arena.use((commerce) => commerce.inventory.adjust({ sku: 'HOT', by: limit, reason: 'received' }))
    arena.restocked('HOT', 'main', limit)
    const sent = await sendAll(arena, [...orderIds, ...orderIds], new Date(Date.now() + 9 * day))
    return ({ orders }): Finding => {
      const shipped = orders.filter(({ fulfilmentStatus }) => fulfilmentStatus === 'shipped').length
      return {
        undersold: Math.max(0, sold - orderIds.length),
        problems: [
          ...finishes.flatMap(({ busy }) => busy),
          ...answers
            .filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'OUT_OF_STOCK')
            .map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
          ...(orderIds.length <= sold ? [] : [`${orderIds.length} units were promised of ${printed} printed and ${limit} more`]),
          ...early.filter((outcome) => outcome !== 'NOT_YET_AVAILABLE').map((outcome) => `sent before its day: ${outcome}`),
          ...sent.filter((outcome) => outcome !== 'sent' && outcome !== 'NOTHING_TO_FULFIL').map((outcome) => `on its day: ${outcome}`),
          ...(shipped === orderIds.length ? [] : [`${shipped} of ${orderIds.length} orders were sent`]),
        ],
      }
    }
  })
}

/** The preorder with its day, so many days from now. */
async function announce({ catalog }: Commerce, backorderLimit: number, inDays: number): Promise<void> {
  const availableFrom = new Date(Date.now() + inDays * day).toISOString().slice(0, 10)
  const terms = { backorder: 'allow', backorderLimit, availableFrom } as const
  const { rejected } = await catalog.upsertMany({
    products: [{ handle: 'hot', title: 'HOT', variants: [{ sku: 'HOT', prices: [{ currency: 'USD', amountMinor: 1250 }], ...terms }] }],
  })
  if (rejected.length > 0) throw new Error(`the preorder was refused: ${JSON.stringify(rejected)}`)
}

/** Quotes of before become stale, and are made anew. */
function moveTheDay(arena: Arena, limit: number): Promise<void> {
  return arena.use(async (commerce) => {
    for (const inDays of [5, 2, 7, 4]) await announce(commerce, limit, inDays)
  })
}

/** Sends all of each order, all at once. @returns `sent`, or what refused it, one an order. */
function sendAll(arena: Arena, orderIds: readonly string[], at: Date): Promise<readonly string[]> {
  const retrier = new Retrier(seededRandom(arena.seed))
  return inShop(arena, at, (commerce) =>
    Promise.all(
      orderIds.map(async (orderId) => {
        const { outcome } = await answered(orderId, async () => {
          await retrier.run(() => commerce.orders.fulfil({ actor: staff, orderId }))
          return { outcome: 'sent', order: { id: orderId } }
        })
        return outcome
      }),
    ),
  )
}

/** Does something from this process, at a time. */
async function inShop<T>(arena: Arena, at: Date, work: (commerce: Commerce) => Promise<T>): Promise<T> {
  const commerce = await openShop({ ...arena.shop, storage: {} }, { clock: manualClock(at) })
  try {
    return await work(commerce)
  } finally {
    await commerce.close()
  }
}
