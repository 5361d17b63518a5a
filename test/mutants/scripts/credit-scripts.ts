import { address } from '../../races/tasks/buyer.ts'
import type { Script } from '../script.ts'
import { type Bench, staff } from '../workbench.ts'

const ada = { type: 'customer', customerId: 'ada' } as const

/** An order of two units, paid by a gift card but for one unit's price. */
async function soldForCredit({ commerce, quoted, place }: Bench, method: string) {
  const cart = await quoted('ada', { HOT: 2 })
  const half = cart.total.amountMinor / 2
  const { giftCard, code } = await commerce.giftCards.issue({ actor: staff, amountMinor: half })
  const where = { shippingAddress: address, shippingMethod: 'standard' }
  await commerce.checkout.quote({ actor: ada, cartId: cart.cartId, ...where, credits: { giftCards: [code ?? ''] } })
  const { order } = await place(cart, method, cart.cartId)
  const left = async () => (await commerce.giftCards.find({ actor: staff, giftCardId: giftCard.id })).balanceMinor
  return { order, half, left }
}

/** Credit of an order that is over is on its card again. */
export const creditReleased: Script = async (bench) => {
  const { commerce, findings, settle } = bench
  const { order, half, left } = await soldForCredit(bench, 'card_declined')
  findings.expect((await left()) === 0, 'an order left its credit on the card')
  await commerce.orders.cancel({ actor: staff, orderId: order.id })
  findings.expect((await left()) === half, `a card has ${await left()} of ${half} after its order was cancelled`)
  await settle()
}

/** What credit has paid is refunded once. */
export const creditRefundedOnce: Script = async (bench) => {
  const { commerce, findings, settle } = bench
  const { order, half, left } = await soldForCredit(bench, 'card_ok')
  const refund = (amountMinor: number) => commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor })
  await refund(half)
  await refund(half)
  await findings.refused('REFUND_TOO_MUCH', 'a third half', refund(half))
  findings.expect((await left()) === half, `a card has ${await left()} of ${half} after everything was refunded`)
  await commerce.orders.cancel({ actor: staff, orderId: order.id })
  await settle()
}
