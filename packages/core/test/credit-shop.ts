import type { Commerce, CommerceOptions, Placed } from '@cartwright/core'
import { address, staff, testShop } from './test-shop.ts'

export const ada = { type: 'customer', customerId: 'ada' } as const

interface Buying {
  readonly codes?: readonly string[]
  readonly storeCredit?: boolean
  readonly method?: string
  readonly capture?: 'automatic' | 'manual'
}

/** The test shop, with short ways to give credit and to buy with it. */
export async function creditShop(options: Partial<CommerceOptions> = {}) {
  const shop = await testShop(options)
  const { commerce } = shop
  const card = async (amountMinor: number, more: { readonly expiresAt?: Date; readonly currency?: string } = {}) => {
    const { giftCard, code } = await commerce.giftCards.issue({ actor: staff, amountMinor, ...more })
    if (code === null) throw new Error('a new card comes with its code')
    return { id: giftCard.id, code }
  }
  return {
    ...shop,
    card,
    left: async (giftCardId: string) => (await commerce.giftCards.find({ actor: staff, giftCardId })).balanceMinor,
    wallet: async (customerId = 'ada') => (await commerce.storeCredit.balance({ actor: staff, customerId })).balanceMinor,
    grant: (amountMinor: number, customerId = 'ada') => commerce.storeCredit.grant({ actor: staff, customerId, amountMinor }),
    quote: (goods: Readonly<Record<string, number>>, buying: Buying = {}) => quoteOf(commerce, goods, buying),
    buy: async (goods: Readonly<Record<string, number>>, buying: Buying = {}) => placeQuoted(commerce, await quoteOf(commerce, goods, buying), buying),
  }
}

export type CreditShop = Awaited<ReturnType<typeof creditShop>>

/** Ada's cart of these goods, and what it costs with this credit. */
async function quoteOf(commerce: Commerce, goods: Readonly<Record<string, number>>, { codes = [], storeCredit = false }: Buying) {
  const { cart } = await commerce.carts.create({ actor: ada, currency: 'USD' })
  for (const [sku, quantity] of Object.entries(goods)) await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku, quantity })
  const where = { shippingAddress: address, shippingMethod: 'standard' }
  return commerce.checkout.quote({ actor: ada, cartId: cart.id, ...where, credits: { giftCards: [...codes], storeCredit } })
}

/** Places a quoted cart; what is due goes to the card. */
export function placeQuoted(
  commerce: Commerce,
  quote: Awaited<ReturnType<typeof quoteOf>>,
  { method = 'card_ok', capture = 'automatic' }: Buying = {},
): Promise<Placed> {
  const { cartId, id: quoteId, total } = quote
  const payment = quote.dueMinor === 0 ? {} : { payment: { provider: 'fake', method, capture } }
  return commerce.checkout.place({ actor: ada, cartId, quoteId, expectedTotal: total, ...payment, idempotencyKey: cartId })
}
