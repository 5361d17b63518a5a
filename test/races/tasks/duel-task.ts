import { isCommerceError } from '@cartwright/core'
import { type Answer, answered, customer } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** One side of a duel over an order: the buyer who has approved the payment comes back, or gives the order up. */
export interface DuelPlan {
  readonly customerId: string
  readonly orderId: string
  readonly side: 'pay' | 'cancel'
}

/** How many duels a process fights at once. */
const atOnce = 8

export async function duelTask(racer: Racer, params: { readonly plans: readonly DuelPlan[] }): Promise<readonly Answer[]> {
  const waiting = [...params.plans]
  const answers: Answer[] = []
  const fight = async () => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) answers.push(await duel(racer, plan))
  }
  await Promise.all(Array.from({ length: atOnce }, fight))
  return answers
}

function duel({ commerce, retrier }: Racer, { customerId, orderId, side }: DuelPlan): Promise<Answer> {
  const actor = customer(customerId)
  return answered(`${side} ${customerId}`, async () => {
    if (side === 'pay') return retrier.run(() => commerce.checkout.resume({ actor, orderId, idempotencyKey: `pay-${orderId}` }))
    try {
      const order = await retrier.run(() => commerce.checkout.cancel({ actor, orderId }))
      return { outcome: order.status, order }
    } catch (error) {
      if (!isCommerceError(error, 'ORDER_CLOSED')) throw error
      return { outcome: 'ORDER_CLOSED', order: { id: orderId } }
    }
  })
}
