import { errorTable } from '@cartwright/core'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, merged, runCase } from '../race-case.ts'
import type { RacerSetup } from '../racer-messages.ts'
import { racerSetup } from '../racer-setup.ts'
import { race } from '../start-racer.ts'
import type { Answer } from '../tasks/buyer.ts'
import type { PlacePlan } from '../tasks/place-task.ts'

interface Wave {
  readonly answers: readonly Answer[]
  readonly busy: readonly string[]
}

async function placeAll(arena: Arena, plans: readonly PlacePlan[], starved: Partial<Pick<RacerSetup, 'shop' | 'patienceMs'>> = {}): Promise<Wave> {
  const finishes = await race(dealt(plans).map((share, index) => ({ ...racerSetup(arena, index, 'place', { plans: share }), ...starved })))
  return { answers: finishes.flatMap(({ results }) => results), busy: finishes.flatMap(({ busy }) => busy) }
}

async function placePlans(arena: Arena, count: number): Promise<readonly PlacePlan[]> {
  const carts = await arena.readyCarts(Array.from({ length: count }, (_, index) => `buyer-${index}`))
  return carts.map((cart) => ({ who: cart.customerId, cart, method: 'card_ok', idempotencyKey: `key-${cart.customerId}` }))
}

function isRetryable({ outcome }: Answer): boolean {
  return Object.hasOwn(errorTable, outcome) && errorTable[outcome as keyof typeof errorTable].retryable
}

/** What was neither done nor refused for want of stock, nor refused for now. */
function neither(answers: readonly Answer[], retryableToo: boolean): readonly string[] {
  return answers
    .filter((answer) => answer.outcome !== 'confirmed' && answer.outcome !== 'OUT_OF_STOCK' && !(retryableToo && isRetryable(answer)))
    .map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`)
}

/** Who was told of a sale in the first wave, and of something else for the same key in the second. */
function changedTheirMind(first: readonly Answer[], second: readonly Answer[]): readonly string[] {
  const later = new Map(second.map((answer) => [answer.who, answer]))
  const settled = first.filter(({ outcome }) => outcome === 'confirmed' || outcome === 'OUT_OF_STOCK')
  return settled
    .filter(({ who, outcome, orderId }) => later.get(who)?.outcome !== outcome || later.get(who)?.orderId !== orderId)
    .map(({ who, outcome }) => `${who} was told ${outcome}, then ${later.get(who)?.outcome}`)
}

/** The first of B9: the disk is full; what is refused is retryable, and once there is room the same calls, repeated, all come to their end. */
function diskFull(options: CaseOptions): Promise<CaseResult> {
  const [units, buyers, sparePages] = options.size === 'full' ? [150, 400, 40] : [20, 60, 8]
  return runCase('B9', options, { supply: { HOT: { main: units } }, timing: { lockMs: 500 } }, async (arena) => {
    const plans = await placePlans(arena, buyers)
    const first = await placeAll(arena, plans, { shop: { ...arena.shop, storage: { sparePages } }, patienceMs: 1_000 })
    const second = await placeAll(arena, plans)
    const refused = first.answers.filter(({ outcome }) => outcome === 'STORAGE_UNAVAILABLE').length
    return ({ sold }): Finding => ({
      undersold: Math.max(0, Math.min(units, buyers) - (sold.HOT ?? 0)),
      problems: [
        ...neither(first.answers, true),
        ...neither(second.answers, false),
        ...changedTheirMind(first.answers, second.answers),
        ...second.busy,
        ...(refused > 0 ? [] : ['the disk never was full']),
      ],
    })
  })
}

/** The second: far more calls at once than connections, and a short wait for a lock; what is refused is refused for now, and nothing is lost. */
function poolExhausted(options: CaseOptions): Promise<CaseResult> {
  const [units, buyers] = options.size === 'full' ? [200, 800] : [20, 80]
  return runCase('B9', options, { supply: { HOT: { main: units } }, timing: { lockMs: 500 } }, async (arena) => {
    const plans = await placePlans(arena, buyers)
    const first = await placeAll(arena, plans, { shop: { ...arena.shop, storage: { readers: 1, busyDeadlineMs: 5 } }, patienceMs: 500 })
    const second = await placeAll(arena, plans)
    return ({ sold }): Finding => ({
      undersold: Math.max(0, Math.min(units, buyers) - (sold.HOT ?? 0)),
      problems: [...neither(first.answers, true), ...neither(second.answers, false), ...changedTheirMind(first.answers, second.answers), ...second.busy],
    })
  })
}

/** B9: the disk is full (on SQLite: nobody fills the disk of a server here); the pool is exhausted. */
export async function starved(options: CaseOptions): Promise<CaseResult> {
  const { engine = 'sqlite' } = options
  return merged(options, [...(engine === 'sqlite' ? [await diskFull(options)] : []), await poolExhausted(options)])
}
