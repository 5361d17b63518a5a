import { isCommerceError } from '@cartwright/core'
import { seededRandom } from '@cartwright/testing'
import { type Cut, type CuttingProxy, cuttingProxy } from '../../servers/cutting-proxy.ts'
import type { Arena } from '../arena.ts'
import { openShop } from '../open-shop.ts'
import { type CaseOptions, type CaseResult, type Finding, runCase } from '../race-case.ts'
import { Retrier } from '../retrier.ts'
import { type Answer, placeCart, type ReadyCart } from '../tasks/buyer.ts'

/** Where a purchase is cut: its transactions are the one that prepares the order and the one that books the payment. */
const cuts: readonly (readonly [Cut, number])[] = [
  ['at BEGIN', 1],
  ['before COMMIT', 1],
  ['after COMMIT', 1],
  ['at BEGIN', 2],
  ['before COMMIT', 2],
  ['after COMMIT', 2],
]

interface Cutting {
  readonly where: string
  /** What the caller saw first. */
  readonly first: string
  /** What the caller should see. */
  readonly expected: string
  readonly answer: Answer
  readonly cart: ReadyCart
}

/** B5: the connection dies at COMMIT, before it is heard or after it was carried out, or before the transaction begins; then the same key is sent again. On Postgres only. */
export function cutCommits(options: CaseOptions): Promise<CaseResult> {
  const rounds = options.size === 'full' ? 10 : 1
  const names = Array.from({ length: rounds * cuts.length }, (_, index) => `buyer-${index}`)
  return runCase('B5', { ...options, engine: 'postgres' }, { supply: { HOT: { main: names.length + 5 } }, timing: { lockMs: 300 } }, async (arena) => {
    const carts = await arena.readyCarts(names)
    const proxy = await cuttingProxy(arena.shop.postgres ?? '')
    const cuttings: Cutting[] = []
    try {
      for (const [index, cart] of carts.entries()) cuttings.push(await buyThroughCut(arena, proxy, cart, cuts[index % cuts.length] ?? ['at BEGIN', 1]))
    } finally {
      await proxy.close()
    }
    return ({ sold, orders, payments }): Finding => {
      const problems = cuttings.flatMap(({ where, first, expected, answer, cart }) => {
        const own = orders.filter(({ cartId }) => cartId === cart.cartId)
        const charged = payments.filter(({ orderId, capturedMinor }) => capturedMinor > 0 && own.some(({ id }) => id === orderId))
        return [
          ...(first === expected ? [] : [`${where}: the caller was told ${first} instead of ${expected}`]),
          ...(answer.outcome === 'confirmed' && answer.orderId === own[0]?.id
            ? []
            : [`${where}: the repeated key was answered ${answer.outcome} ${answer.message ?? ''}`]),
          ...(own.length === 1 ? [] : [`${where}: ${own.length} orders`]),
          ...(charged.length === 1 ? [] : [`${where}: charged ${charged.length} times`]),
        ]
      })
      return {
        undersold: carts.length - (sold.HOT ?? 0),
        problems: [...problems, ...(proxy.cuts === carts.length ? [] : [`${proxy.cuts} connections were cut`])],
      }
    }
  })
}

/** A process of its own each time, so that its pool is new and knows nothing of the cut. */
async function buyThroughCut(arena: Arena, proxy: CuttingProxy, cart: ReadyCart, [place, transaction]: readonly [Cut, number]): Promise<Cutting> {
  const commerce = await openShop({ ...arena.shop, postgres: proxy.url })
  const seen: string[] = []
  const retrier = new Retrier(seededRandom(arena.seed))
  const noting = overhearing(retrier, seen)
  try {
    proxy.cut(place, transaction)
    const answer = await placeCart({ commerce, retrier: noting }, cart.customerId, cart, { method: 'card_ok', idempotencyKey: 'the-key' })
    const expected = place === 'at BEGIN' ? 'STORAGE_UNAVAILABLE' : 'OUTCOME_UNKNOWN'
    return { where: `${cart.customerId}, cut ${place} ${transaction}`, first: seen[0] ?? 'nothing', expected, answer, cart }
  } finally {
    await commerce.close()
  }
}

/** The same retrier, with the code of every error written down. */
function overhearing(retrier: Retrier, seen: string[]): Pick<Retrier, 'run' | 'busy'> {
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    retrier.run(async () => {
      try {
        return await work()
      } catch (error) {
        seen.push(isCommerceError(error) ? error.code : String(error))
        throw error
      }
    })
  return { run, busy: retrier.busy }
}
