import { sqliteStorage } from '@cartwright/adapters-sqlite'
// #region open
import { createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: process.argv[2] ?? 'reviews.db' }),
  currency: 'EUR',
  payments: [fakePayments()],
  reviews: { moderation: 'before', verifiedOnly: false },
})
// #endregion open

const ada = { type: 'customer', customerId: 'ada' } as const
const eve = { type: 'customer', customerId: 'eve' } as const
const staff = { type: 'admin', id: 'grace' } as const

const prices = [{ currency: 'EUR', amountMinor: 8900 }]
await commerce.catalog.upsertMany({ products: [{ handle: 'kettle', title: 'Kettle', variants: [{ sku: 'KETTLE', prices, stock: [{ quantity: 3 }] }] }] })
const { cart } = await commerce.carts.create({ actor: ada })
await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'KETTLE', quantity: 1 })
const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
const payment = { provider: 'fake', method: 'card_ok' }
await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'ada-1' })

// #region submit
const review = await commerce.reviews.submit({
  actor: ada,
  handle: 'kettle',
  rating: 4,
  title: 'Pours well',
  body: 'Quick, but the lid is loose.',
  displayName: 'Ada L.',
  idempotencyKey: 'ada-reviews-kettle',
})
console.log(`${review.status}, verified: ${review.verifiedPurchase}`)
// #endregion submit

// #region once
try {
  await commerce.reviews.submit({ actor: ada, handle: 'kettle', rating: 1 })
} catch (error) {
  if (!isCommerceError(error, 'REVIEW_EXISTS')) throw error
  console.log(`edit ${error.details.reviewId === review.id ? 'the one there is' : 'another'}`)
}
// #endregion once

// #region moderate
const { items: waiting } = await commerce.reviews.queue({ actor: staff })
for (const { id: reviewId } of waiting) await commerce.reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
await commerce.reviews.reply({ actor: staff, reviewId: review.id, body: 'A new lid is on its way.' })
// #endregion moderate

// #region show
await commerce.reviews.vote({ actor: eve, reviewId: review.id, vote: 'helpful' })
const { average, count, stars } = await commerce.reviews.summary({ productId: review.productId })
console.log(`${average} of 5 from ${count}: ${stars.join(' ')}`)
const { items } = await commerce.reviews.list({ productId: review.productId, sort: 'helpful', verified: true, limit: 10 })
for (const { rating, title, helpfulCount, reply } of items) console.log(`${rating} ${title}, helpful to ${helpfulCount}; the shop: ${reply?.body}`)
// #endregion show

// #region edit
const edited = await commerce.reviews.edit({ actor: ada, reviewId: review.id, rating: 5, title: null })
console.log(`edited: ${edited.status}`)
const rejection = { decision: 'reject', reason: 'off_topic', note: 'about the parcel' } as const
const { status, reason } = await commerce.reviews.moderate({ actor: staff, reviewId: review.id, ...rejection })
console.log(`${status}: ${reason}`)
// #endregion edit

console.log(`violations: ${(await commerce.audit()).violations}`)
await commerce.close()
