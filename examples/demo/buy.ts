import type { Commerce, Quote } from '@cartwright/core'
import { price } from './narrator.ts'
import type { SignedIn, Stage } from './visit.ts'

export const staff = { type: 'admin', id: 'demo' } as const
const shippingAddress = { name: 'Ada Lovelace', line1: '350 Fifth Avenue', city: 'New York', region: 'NY', postalCode: '10118', country: 'US' }

export type Bought = Awaited<ReturnType<typeof buy>>

/** The cart becomes an order: by a voucher, a gift card, a card that is declined and one that is not. */
export async function buy({ commerce, tell }: Stage, { actor, email, cartId }: SignedIn) {
  tell.step('Put in a voucher', "commerce.carts.applyVoucher({ actor, cartId, code: 'HELLO' })")
  const giftCardCode = await prepareOffers(commerce)
  const { vouchers } = await commerce.carts.applyVoucher({ actor, cartId, code: 'HELLO' })
  tell.say(`${vouchers.join(', ')}: 10% off a first order, once for each customer`)

  tell.step('Ask for a quote, with a gift card', 'commerce.checkout.quote({ actor, cartId, shippingAddress, shippingMethod, credits: { giftCards: [code] } })')
  const credits = { giftCards: [giftCardCode] }
  const quote = await commerce.checkout.quote({ actor, cartId, shippingAddress, shippingMethod: 'standard', credits })
  sayQuote(tell.say, quote)

  tell.step('Pay with a card that is declined', "commerce.checkout.place({ …, payment: { provider: 'fake', method: 'card_declined' }, idempotencyKey })")
  const base = { actor, cartId, quoteId: quote.id, expectedTotal: quote.total, email }
  const declined = await commerce.checkout.place({ ...base, payment: { provider: 'fake', method: 'card_declined' }, idempotencyKey: 'first-card' })
  if (declined.outcome !== 'declined') throw new Error(`expected a decline, got ${declined.outcome}`)
  tell.say(`${declined.decline.buyerMessage} Order ${declined.order.number} keeps its stock, voucher and credit, and waits.`)

  tell.step('Pay with a good card, and send the same request twice', 'commerce.checkout.resume({ actor, orderId, payment, idempotencyKey }) × 2')
  const orderId = declined.order.id
  const resume = { actor, orderId, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'second-card' }
  const placed = await commerce.checkout.resume(resume)
  const again = await commerce.checkout.resume(resume)
  const paidMinor = (await commerce.payments.ofOrder({ actor, orderId })).reduce((sum, payment) => sum + payment.capturedMinor, 0)
  const mine = await commerce.orders.list({ actor })
  const replayed = again.order.id === placed.order.id && again.outcome === placed.outcome && paidMinor === quote.dueMinor && mine.items.length === 1
  tell.say(`${placed.outcome}, twice the same order ${again.order.number}; charged once: ${price({ amountMinor: paidMinor, currency: quote.currency })}`)
  return { order: placed.order, quote, paidMinor, replayed, statuses: [declined.order.displayStatus, placed.order.displayStatus] as string[] }
}

/** What staff did before. @returns the code of a gift card */
async function prepareOffers({ promotions, vouchers, giftCards }: Commerce): Promise<string> {
  const effect = { type: 'percentage', basisPoints: 1_000 } as const
  const { id: promotionId } = await promotions.create({ actor: staff, name: '10% for newcomers', effect, conditions: { firstOrder: true } })
  await vouchers.create({ actor: staff, promotionId, code: 'HELLO' })
  const { code } = await giftCards.issue({ actor: staff, amountMinor: 25_00, note: 'a birthday' })
  if (code === null) throw new Error('a card that is issued for the first time shows its code')
  return code
}

function sayQuote(say: (text: string) => void, quote: Quote): void {
  const money = (amountMinor: number) => price({ amountMinor, currency: quote.currency })
  const [tax] = quote.taxes
  say(`goods ${money(quote.subtotalMinor)}, discount ${money(quote.discountMinor)}, shipping ${money(quote.shippingMinor)}`)
  say(`${tax?.name} of ${tax?.rate}%: ${money(quote.taxMinor)}`)
  say(`total ${price(quote.total)}: ${money(quote.creditMinor)} by gift card, ${money(quote.dueMinor)} to be charged, exactly`)
}
