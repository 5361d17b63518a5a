import { type Answer, answered } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** What one of the staff sets out to do about an order. */
export type StaffPlan = { readonly orderId: string } & (
  | { readonly act: 'refund_amount'; readonly amountMinor: number }
  /** The units that have not been shipped. */
  | { readonly act: 'refund_units' | 'ship_units'; readonly orderLineId: string; readonly quantity: number }
)

/** How many things the staff of a process do at once. */
const atOnce = 8

const actor = { type: 'admin', id: 'ops' } as const

export async function staffTask(racer: Racer, params: { readonly plans: readonly StaffPlan[] }): Promise<readonly Answer[]> {
  const waiting = [...params.plans]
  const answers: Answer[] = []
  const work = async () => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) answers.push(await carryOut(racer, plan))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return answers
}

function carryOut({ commerce, retrier }: Racer, plan: StaffPlan): Promise<Answer> {
  const { orderId, act } = plan
  return answered(`${act} ${orderId}`, async () => {
    await retrier.run(async () => {
      if (act === 'refund_amount') return commerce.orders.refund({ actor, orderId, amountMinor: plan.amountMinor })
      const { orderLineId, quantity } = plan
      if (act === 'ship_units') return commerce.orders.fulfil({ actor, orderId, lines: [{ orderLineId, quantity }] })
      return commerce.orders.refund({ actor, orderId, lines: [{ orderLineId, quantity, from: 'unshipped' }] })
    })
    return { outcome: 'done', order: { id: orderId } }
  })
}
