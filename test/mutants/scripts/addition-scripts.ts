import type { Script } from '../script.ts'
import { staff } from '../workbench.ts'

/** Nothing is added to an order that was cancelled, or sent, after it was quoted. */
export const addedLate: Script = async ({ commerce, findings, quoted, place, settle }) => {
  const actor = { type: 'customer', customerId: 'ada' } as const
  for (const end of ['cancel', 'fulfil'] as const) {
    const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_ok', `order to ${end}`)
    const { cartId, id: quoteId, total } = await commerce.orders.quoteAddition({ actor, orderId: order.id, lines: [{ sku: 'TEE', quantity: 1 }] })
    await commerce.orders[end]({ actor: staff, orderId: order.id })
    const payment = { provider: 'fake', method: 'card_ok' }
    const adding = commerce.checkout.place({ actor, cartId, quoteId, expectedTotal: total, payment, idempotencyKey: `add after ${end}` })
    await findings.refused('ORDER_CLOSED', `adding after ${end}`, adding)
  }
  await settle()
}

/** Who cancels an order cancels what was added to it, paid or not. */
export const cancelledWhole: Script = async ({ commerce, findings, quoted, place, stock, settle }) => {
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { order } = await place(await quoted('ada', { HOT: 1 }), 'card_ok', 'order')
  for (const method of ['card_ok', 'card_declined']) {
    const { cartId, id: quoteId, total } = await commerce.orders.quoteAddition({ actor, orderId: order.id, lines: [{ sku: 'HOT', quantity: 2 }] })
    const payment = { provider: 'fake', method }
    await commerce.checkout.place({ actor, cartId, quoteId, expectedTotal: total, payment, idempotencyKey: method })
  }
  await commerce.orders.cancel({ actor: staff, orderId: order.id })
  const { reserved } = await stock('HOT')
  findings.expect(reserved === 0, `${reserved} units are kept for an order that was cancelled`)
  await settle()
}
