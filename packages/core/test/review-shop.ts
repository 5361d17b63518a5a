import type { Commerce, CommerceOptions, OwnReviewView, Rating } from '@cartwright/core'
import { address, staff, testShop } from './test-shop.ts'

export const customer = (customerId: string) => ({ type: 'customer', customerId }) as const

/** An order of one unit, as this customer. */
export async function buyAs(commerce: Commerce, customerId: string, sku: string, method = 'card_ok', capture: 'automatic' | 'manual' = 'automatic') {
  const actor = customer(customerId)
  const { cart } = await commerce.carts.create({ actor, currency: 'USD' })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku, quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method, capture } as const
  return commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: cart.id })
}

/** The test shop, with short ways to review its mug. */
export async function reviewShop(options: Partial<CommerceOptions> = {}) {
  const shop = await testShop(options)
  const { reviews, catalog } = shop.commerce
  const { id: productId } = await catalog.get({ handle: 'mug' })
  const review = (customerId: string, rating: Rating, more: { readonly body?: string } = {}): Promise<OwnReviewView> =>
    reviews.submit({ actor: customer(customerId), handle: 'mug', rating, ...more })
  const approve = (reviewId: string) => reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
  const reject = (reviewId: string) => reviews.moderate({ actor: staff, reviewId, decision: 'reject', reason: 'spam' })
  return {
    ...shop,
    productId,
    review,
    approve,
    reject,
    /** A review that is shown. */
    shown: async (customerId: string, rating: Rating) => approve((await review(customerId, rating)).id),
    stars: async () => (await reviews.summary({ productId })).stars,
  }
}
