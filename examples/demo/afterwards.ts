import { type Bought, staff } from './buy.ts'
import { price } from './narrator.ts'
import type { SignedIn, Stage } from './visit.ts'

/** The order goes out and comes in; one thing goes back, and the rest is reviewed. */
export async function afterwards({ commerce, tell }: Stage, actor: SignedIn['actor'], { order }: Bought) {
  const { id: orderId, lines } = order
  const [line] = lines
  if (line === undefined) throw new Error('an order has lines')
  const statuses: string[] = []
  const look = async () => statuses.push((await commerce.orders.get({ actor, id: orderId })).displayStatus)

  tell.step('Ship in two parts', 'commerce.orders.fulfil({ actor: staff, orderId, lines, carrier, trackingNumber })')
  const first = [{ orderLineId: line.id, quantity: 1 }]
  const parcels = [await commerce.orders.fulfil({ actor: staff, orderId, lines: first, carrier: 'DHL', trackingNumber: 'JD-0001' })]
  await look()
  parcels.push(await commerce.orders.fulfil({ actor: staff, orderId, carrier: 'DHL', trackingNumber: 'JD-0002' }))
  await look()
  for (const parcel of parcels) tell.say(`${parcel.carrier} ${parcel.trackingNumber}: ${parcel.lines.reduce((sum, { quantity }) => sum + quantity, 0)} unit(s)`)

  tell.step('Deliver', 'commerce.orders.deliver({ actor: staff, fulfilmentId }) … commerce.orders.timeline({ actor, orderId })')
  for (const parcel of parcels) await commerce.orders.deliver({ actor: staff, fulfilmentId: parcel.id })
  await look()
  for (const entry of await commerce.orders.timeline({ actor, orderId })) tell.say(`${entry.text} ${entry.trackingNumber ?? ''}`.trim())

  tell.step('Take one back, and put it on the shelf again', 'commerce.orders.refund({ actor: staff, orderId, lines: [{ orderLineId, quantity: 1 }] })')
  const units = () => commerce.inventory.levels({ skus: [line.sku] }).then((levels) => levels.reduce((sum, { onHand }) => sum + onHand, 0))
  const unitsBefore = await units()
  const refund = await commerce.orders.refund({ actor: staff, orderId, lines: first, reason: 'too small', idempotencyKey: 'first-refund' })
  const restocked = (await units()) - unitsBefore
  tell.say(`${price({ amountMinor: refund.amountMinor, currency: refund.currency })} ${refund.refunds[0]?.status}; ${restocked} unit back in the stock`)

  tell.step('Review what came', 'commerce.reviews.submit({ actor, productId, rating: 5 }) … commerce.reviews.moderate({ actor: staff, reviewId, decision })')
  const { productId } = line
  const review = await commerce.reviews.submit({ actor, productId, rating: 5, title: 'Light and quick', displayName: 'Ada L.' })
  await commerce.reviews.moderate({ actor: staff, reviewId: review.id, decision: 'approve' })
  const { average, count } = await commerce.reviews.summary({ productId })
  tell.say(`${average} of 5 from ${count} ${review.verifiedPurchase ? 'verified purchase' : 'stranger'}; the next search shows it`)

  return { statuses, refunded: { amountMinor: refund.amountMinor, restocked }, rating: { average, count } }
}
