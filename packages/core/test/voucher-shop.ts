import { type CreatePromotionInput, flatShipping } from '@cartwright/core'
import { address, staff, type TestShop, testShop } from './test-shop.ts'

export const shipping = flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 500 }])
const rates = { voucher: { burst: 1_000, perMs: 1_000 } }

/** The test shop with shipping at 5.00, in which codes may be tried at will. */
export async function openShop(): Promise<TestShop> {
  return testShop({ shipping, rateLimits: { rules: rates } })
}

/** A promotion with a code. */
export async function coded({ commerce }: TestShop, code: string, terms: Partial<CreatePromotionInput> = {}, limit: number | null = null) {
  const effect = { type: 'percentage', basisPoints: 1_000 } as const
  const promotion = await commerce.promotions.create({ actor: staff, name: `With ${code}`, effect, ...terms })
  await commerce.vouchers.create({ actor: staff, promotionId: promotion.id, code, limit })
  return promotion
}

/** A cart of two mugs, 25.00 together, with a code. */
export async function cartWith({ commerce }: TestShop, code: string, customerId?: string) {
  const actor = customerId === undefined ? undefined : ({ type: 'customer', customerId } as const)
  const made = await commerce.carts.create(actor === undefined ? {} : { actor })
  const who = actor ?? ({ type: 'guest', token: made.guestToken ?? '' } as const)
  const cartId = made.cart.id
  await commerce.carts.addLine({ actor: who, cartId, sku: 'MUG', quantity: 2 })
  await commerce.carts.applyVoucher({ actor: who, cartId, code })
  return { actor: who, cartId }
}

type CartOf = Awaited<ReturnType<typeof cartWith>>

export function quote({ commerce }: TestShop, cart: CartOf) {
  return commerce.checkout.quote({ ...cart, shippingAddress: address, shippingMethod: 'standard' })
}

let keys = 0

/** Quotes the cart anew, and places it. */
export async function place(shop: TestShop, cart: CartOf, { method = 'card_ok', email }: { method?: string; email?: string } = {}) {
  const { total } = await quote(shop, cart)
  keys += 1
  const mail = email === undefined ? {} : { email }
  return shop.commerce.checkout.place({ ...cart, ...mail, expectedTotal: total, payment: { provider: 'fake', method }, idempotencyKey: `key-${keys}` })
}

/** How often a code, and its promotion, count as used. */
export const usesOf = async ({ commerce }: TestShop, code: string) => {
  const { used, promotion } = await commerce.vouchers.get({ actor: staff, code })
  return [used, promotion.used]
}
