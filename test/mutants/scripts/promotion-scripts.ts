import type { CreatePromotionInput } from '@cartwright/core'
import { address } from '../../races/tasks/buyer.ts'
import type { Script } from '../script.ts'
import { type Bench, type QuotedCart, staff } from '../workbench.ts'

const minute = 60_000
const half = { type: 'percentage', basisPoints: 5_000 } as const

/** A promotion of half the price with a code that may be used once. */
async function onceHalf({ commerce }: Bench, terms: Partial<CreatePromotionInput> = {}) {
  const { id: promotionId } = await commerce.promotions.create({ actor: staff, name: 'Half', effect: half, ...terms })
  await commerce.vouchers.create({ actor: staff, promotionId, code: 'ONCE', limit: 1 })
}

/** A cart with the code, and its quote. */
async function quotedWithCode({ commerce, quoted }: Bench, customerId: string): Promise<QuotedCart> {
  const cart = await quoted(customerId, { HOT: 1 })
  const actor = { type: 'customer', customerId } as const
  await commerce.carts.applyVoucher({ actor: staff, cartId: cart.cartId, code: 'ONCE' })
  const { total } = await commerce.checkout.quote({ actor, cartId: cart.cartId, shippingAddress: address, shippingMethod: 'standard' })
  return { ...cart, total }
}

/** Who cancels gives the voucher back, and the next one can have it. */
export const voucherGivenBack: Script = async (bench) => {
  const { commerce, findings, place, settle } = bench
  await onceHalf(bench)
  const [first, second] = [await quotedWithCode(bench, 'ada'), await quotedWithCode(bench, 'bob')]
  const { order } = await place(first, 'card_ok', 'a')
  await findings.refused('VOUCHER_REFUSED', 'a second use', place(second, 'card_ok', 'b'))
  await commerce.orders.cancel({ actor: staff, orderId: order.id })
  const again = await place(second, 'card_ok', 'c').catch((error: unknown) => String(error))
  findings.expect(typeof again !== 'string', `a voucher that was given back cannot be used: ${again}`)
  await settle()
}

/** An order whose money came late uses its voucher as any other does. */
export const lateVoucher: Script = async (bench) => {
  const { bank, clock, commerce, findings, order, place, settle } = bench
  await onceHalf(bench)
  const { order: late } = await place(await quotedWithCode(bench, 'ada'), 'card_unreachable', 'a')
  clock.advance(60 * minute)
  await commerce.worker.runOnce()
  const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: late.id })
  bank.ledger.chargeElsewhere({ amount: { amountMinor: late.totalMinor, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: late.id })
  await settle()
  findings.expect((await order(late.id)).status === 'confirmed', 'money that came late did not revive its order')
}

/** What automatic promotions have become since the quote, the buyer is told before paying. */
export const promotionStarted: Script = async ({ commerce, findings, place, quoted, settle }) => {
  const cart = await quoted('ada', { HOT: 1 })
  await commerce.promotions.create({ actor: staff, automatic: true, name: 'Half', effect: half })
  await findings.refused('TOTAL_CHANGED', 'a quote from before a promotion', place(cart, 'card_ok', 'a'))
  await settle()
}
