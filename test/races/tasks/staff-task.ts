import type { Address } from '@cartwright/core'
import { type Answer, answered } from './buyer.ts'
import type { Racer } from './racer-context.ts'

/** What one of the staff sets out to do about an order. */
export type StaffPlan = { readonly orderId: string } & (
  | { readonly act: 'refund_amount'; readonly amountMinor: number }
  /** The units that have not been shipped. */
  | { readonly act: 'refund_units' | 'remove_units' | 'ship_units' | 'ask_back'; readonly orderLineId: string; readonly quantity: number }
  | { readonly act: 'receive' | 'refund_return'; readonly returnId: string }
  | { readonly act: 'add'; readonly sku: string; readonly key: string }
  | { readonly act: 'ship_all' | 'cancel' }
  | { readonly act: 'readdress'; readonly shippingAddress: Address }
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

function carryOut(racer: Racer, plan: StaffPlan): Promise<Answer> {
  const { orderId, act } = plan
  return answered(`${act} ${orderId}`, async () => {
    if (plan.act === 'add') return add(racer, plan)
    await racer.retrier.run(() => call(racer.commerce, plan))
    return { outcome: 'done', order: { id: orderId } }
  })
}

/** Quoted once, then placed until it is decided. */
async function add({ commerce, retrier }: Racer, { orderId, sku, key: idempotencyKey }: Extract<StaffPlan, { act: 'add' }>) {
  const { cartId, id: quoteId, total } = await retrier.run(() => commerce.orders.quoteAddition({ actor, orderId, lines: [{ sku, quantity: 1 }] }))
  const payment = { provider: 'fake', method: 'card_ok' }
  const order = { actor, cartId, quoteId, expectedTotal: total, payment, idempotencyKey }
  return retrier.run(() => commerce.checkout.place(order))
}

function call({ orders, returns }: Racer['commerce'], plan: Exclude<StaffPlan, { act: 'add' }>): Promise<unknown> {
  const { orderId } = plan
  switch (plan.act) {
    case 'refund_amount':
      return orders.refund({ actor, orderId, amountMinor: plan.amountMinor })
    case 'refund_units':
      return orders.refund({ actor, orderId, lines: [{ orderLineId: plan.orderLineId, quantity: plan.quantity, from: 'unshipped' }] })
    case 'remove_units':
      return orders.edit({ actor, orderId, changes: { remove: [{ orderLineId: plan.orderLineId, quantity: plan.quantity }] } })
    case 'ship_units':
      return orders.fulfil({ actor, orderId, lines: [{ orderLineId: plan.orderLineId, quantity: plan.quantity }] })
    case 'ask_back':
      return returns.request({ actor, orderId, lines: [{ orderLineId: plan.orderLineId, quantity: plan.quantity, reason: 'changed_mind' }] })
    case 'ship_all':
      return orders.fulfil({ actor, orderId })
    case 'cancel':
      return orders.cancel({ actor, orderId })
    case 'readdress':
      return orders.edit({ actor, orderId, changes: { shippingAddress: plan.shippingAddress } })
    case 'receive':
      return returns.receive({ actor, returnId: plan.returnId })
    case 'refund_return':
      return returns.refund({ actor, returnId: plan.returnId })
  }
}
