import { seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { race, startRacer } from '../start-racer.ts'
import type { BuyerPlan } from '../tasks/buy-task.ts'
import type { Answer } from '../tasks/buyer.ts'

/** Holds and locks so short that they end while their owners are still at work. */
const hasty = { holdMs: 150, actionHoldMs: 100, processingHoldMs: 200, lockMs: 100 }

/** Two processes buy while two others run the worker, so that holds expire under payments that are on their way. */
async function buyAgainstExpiry(arena: Arena, buyers: readonly BuyerPlan[]) {
  const workers = [0, 1].map((index) => startRacer(racerSetup(arena, index, 'work', {})))
  const shares = [0, 1].map((half) => buyers.filter((_buyer, index) => index % 2 === half))
  const tills = shares.map((share, index) => startRacer(racerSetup(arena, 2 + index, 'buy', { buyers: share })))
  await Promise.all([...workers, ...tills].map(({ ready }) => ready))
  for (const racer of [...workers, ...tills]) racer.go()
  const bought = await Promise.all(tills.map(({ end }) => end))
  for (const worker of workers) worker.stop()
  const worked = await Promise.all(workers.map(({ end }) => end))
  const finished = [...bought, ...worked].filter((end) => end !== 'killed')
  return { answers: bought.flatMap((end) => (end === 'killed' ? [] : end.results)), busy: finished.flatMap(({ busy }) => busy) }
}

/** Units of one reservation, released by 32 callers in four processes, while another reservation of the same SKU stays. */
async function releaseTogether(arena: Arena): Promise<readonly string[]> {
  const { reservationId } = await arena.use(async (commerce) => {
    const holder = { type: 'external', id: 'a promotion' } as const
    return commerce.inventory.reserve({ claims: [{ sku: 'HELD', quantity: 5 }], holder, ttlMs: 3_600_000 })
  })
  const finishes = await race(
    dealt(Array.from({ length: 32 })).map((share, index) => racerSetup(arena, index, 'release', { reservationId, times: share.length })),
  )
  const outcomes = finishes.flatMap(({ results }) => results)
  const odd = outcomes.filter((outcome) => outcome !== 'released' && outcome !== 'RESERVATION_GONE')
  return [...finishes.flatMap(({ busy }) => busy), ...odd.map((outcome) => `a release ended in ${outcome}`)]
}

/** A14: expiry against confirmation; one reservation released ×32. */
export function expiryAgainstConfirm(options: CaseOptions): Promise<CaseResult> {
  const supply = { HOT: { main: 10 }, HELD: { main: 20 } }
  const count = options.size === 'full' ? 300 : 40
  const random = seededRandom(options.seed)
  const buyers = Array.from({ length: count }, (_, index): BuyerPlan => {
    const method = random.pick(['card_ok', 'card_ok', 'card_ok', 'card_timeout', 'card_late', 'card_declined', 'card_requires_action'])
    return { name: `buyer-${index}`, sku: 'HOT', quantity: 1, method }
  })
  return runCase('A14', options, { supply, timing: hasty }, async (arena) => {
    const { answers, busy } = await buyAgainstExpiry(arena, buyers)
    const releasing = await releaseTogether(arena)
    return ({ orders }): Finding => {
      const confirmed = new Set<string>(orders.filter(({ status }) => status === 'confirmed').map(({ id }) => id))
      const broken = answers.filter(({ outcome, orderId }) => outcome === 'confirmed' && orderId !== null && !confirmed.has(orderId))
      const unexpected = answers.filter(({ outcome }) => !allowed.has(outcome))
      return { problems: [...busy, ...releasing, ...broken.map(({ who }) => `${who} was told of a sale that is none`), ...unexpected.map(told)] }
    }
  })
}

/** What a buyer may hear when holds are this short. */
const allowed = new Set(['confirmed', 'pending', 'declined', 'requires_action', 'OUT_OF_STOCK', 'ORDER_CLOSED'])

function told({ who, outcome, message }: Answer): string {
  return `${who}: ${outcome} ${message ?? ''}`
}
