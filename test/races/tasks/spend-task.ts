import { type Answer, answered, customer, type Goods, type ReadyCart, readyCart } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** One buyer who pays through Stripe. */
export interface Spender {
  readonly name: string
  readonly goods: Goods
  /** A payment method of Stripe's. */
  readonly method: string
  /** Whether another card is offered when the first is declined. */
  readonly triesAgain: boolean
  /** Whether staff cancel the order once it is paid. */
  readonly isCancelled: boolean
  /** The cart, where a process that has died had made it. */
  readonly cart: ReadyCart | null
}

/** What has happened to a buyer so far, told at once: the process may die. */
export type SpendingNews =
  | { readonly type: 'cart'; readonly name: string; readonly cart: ReadyCart }
  | { readonly type: 'answer'; readonly name: string; readonly answer: Answer }

const staff = { type: 'admin', id: 'ops' } as const

/** Lets buyers fill carts and pay, so many at once. */
export async function spendTask(racer: Racer, { spenders, atOnce }: { readonly spenders: readonly Spender[]; readonly atOnce: number }): Promise<number> {
  const waiting = spenders.values()
  const run = async () => {
    for (const spender of waiting) {
      const answer = await spend(racer, spender)
      racer.report({ type: 'answer', name: spender.name, answer } satisfies SpendingNews)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, run))
  return spenders.length
}

async function spend(racer: Racer, spender: Spender): Promise<Answer> {
  const { commerce, retrier, report } = racer
  const { name, goods, method, triesAgain, isCancelled } = spender
  const actor = customer(name)
  let cart = spender.cart
  const first = await answered(name, async () => {
    if (cart === null) {
      cart = await readyCart(racer, name, goods)
      report({ type: 'cart', name, cart } satisfies SpendingNews)
    }
    const { cartId, total: expectedTotal } = cart
    const payment = { provider: 'stripe', method }
    return retrier.run(() => commerce.checkout.place({ actor, cartId, expectedTotal, payment, idempotencyKey: `${name}-1` }))
  })
  const { orderId } = first
  if (orderId === null) return first
  if (first.outcome === 'declined' && triesAgain) {
    const payment = { provider: 'stripe', method: 'pm_card_visa' }
    return answered(name, () => retrier.run(() => commerce.checkout.resume({ actor, orderId, payment, idempotencyKey: `${name}-2` })))
  }
  if (first.outcome !== 'confirmed' || !isCancelled) return first
  return answered(name, async () => {
    const order = await retrier.run(() => commerce.checkout.cancel({ actor: staff, orderId, reason: 'requested by the customer' }))
    return { outcome: order.status, order }
  })
}
