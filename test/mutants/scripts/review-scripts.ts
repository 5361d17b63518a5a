import { isCommerceError } from '@cartwright/core'
import type { Script } from '../script.ts'
import { type Bench, staff } from '../workbench.ts'

const customer = (customerId: string) => ({ type: 'customer', customerId }) as const

/** A review that is shown. */
async function shown({ commerce }: Bench, customerId: string, rating: 1 | 2 | 3 | 4 | 5) {
  const { id: reviewId } = await commerce.reviews.submit({ actor: customer(customerId), handle: 'hot', rating })
  return commerce.reviews.moderate({ actor: staff, reviewId, decision: 'approve' })
}

/** What is hidden, changed or deleted no longer counts as it did. */
export const ratedByReviews: Script = async (bench) => {
  const { commerce, findings, settle } = bench
  const { productId, id } = await shown(bench, 'ada', 1)
  const other = await shown(bench, 'eve', 5)
  await commerce.reviews.moderate({ actor: staff, reviewId: id, decision: 'reject', reason: 'spam' })
  const { count, average } = await commerce.reviews.summary({ productId })
  findings.expect(count === 1 && average === 5, `one review of five stars comes to ${average} from ${count}`)
  await commerce.reviews.delete({ actor: staff, reviewId: other.id })
  findings.expect((await commerce.catalog.get({ id: productId })).ratingCount === 0, 'a product without reviews has a rating')
  await settle()
}

/** A customer has one review of a product, whatever they try. */
export const reviewedOnce: Script = async (bench) => {
  const { commerce, findings, settle } = bench
  await shown(bench, 'ada', 4)
  await findings.refused('REVIEW_EXISTS', 'a second review', commerce.reviews.submit({ actor: customer('ada'), handle: 'hot', rating: 1 }))
  const { items } = await commerce.reviews.mine({ actor: customer('ada') })
  findings.expect(items.length === 1, `a customer has ${items.length} reviews of a product`)
  await settle()
}

/** Only who has paid has bought. */
export const provenPurchases: Script = async ({ commerce, findings, place, quoted, settle }) => {
  await place(await quoted('ada', { HOT: 1 }), 'card_ok', 'a')
  await place(await quoted('bob', { HOT: 1 }), 'card_requires_action', 'b')
  for (const [name, verified] of [
    ['ada', true],
    ['bob', false],
    ['eve', false],
  ] as const) {
    const review = await commerce.reviews.submit({ actor: customer(name), handle: 'hot', rating: 5 })
    findings.expect(review.verifiedPurchase === verified, `the purchase of ${name} is ${verified ? 'not ' : ''}verified`)
  }
  await settle()
}

/** A voter counts once, and not at all on a review of their own. */
export const votedOnce: Script = async (bench) => {
  const { commerce, findings, settle } = bench
  const { id: reviewId } = await shown(bench, 'ada', 4)
  const vote = (name: string) => commerce.reviews.vote({ actor: customer(name), reviewId, vote: 'helpful' })
  await vote('eve')
  const { helpfulCount } = await vote('eve')
  findings.expect(helpfulCount === 1, `one voter counts ${helpfulCount} times`)
  const own = await vote('ada').catch((error: unknown) => error)
  findings.expect(isCommerceError(own, 'OWN_REVIEW'), 'an author votes on a review of their own')
  await settle()
}
