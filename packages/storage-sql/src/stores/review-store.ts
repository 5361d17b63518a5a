import { type ReviewStore, type Stars, summaryOf } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import { findReview, listReviews, purchaseOf, ratingSummary, reviewOfCustomer, starsFromRow } from './review-reads.ts'
import { type ReviewRow, reviewFromRow, reviewToRow } from './review-rows.ts'
import { vote } from './review-votes.ts'

const changing = [
  'order_line_id',
  'rating',
  'title',
  'body',
  'display_name',
  'status',
  'queued_at',
  'reason',
  'note',
  'moderated_by',
  'reply',
  'replied_by',
  'replied_at',
  'edited_at',
  'updated_at',
  'version',
] as const satisfies readonly (keyof ReviewRow)[]

// The one conflict there can be: the customer has reviewed the product. Ids are fresh.
const insertReviews = bulkInsert('reviews', ['id', 'product_id', 'customer_id', 'created_at', ...changing], 'ON CONFLICT DO NOTHING')

const lockedReview = preparedQuery<{ reviewId: string }>()((db, param, dialect) =>
  db.selectFrom('reviews').selectAll().where('id', '=', param('reviewId')).modifyEnd(dialect.forUpdate),
)

type SavedValues = Omit<ReviewRow, 'helpful_count' | 'unhelpful_count'> & { expected_version: number } & Record<string, unknown>

const saveReview = preparedQuery<SavedValues>()((db, param) =>
  db
    .updateTable('reviews')
    .set(Object.fromEntries(changing.map((column) => [column, param(column)])))
    .where('id', '=', param('id'))
    .where('version', '=', param('expected_version')),
)

const deleteVotes = preparedQuery<{ reviewId: string }>()((db, param) => db.deleteFrom('review_votes').where('review_id', '=', param('reviewId')))

const deleteReview = preparedQuery<{ reviewId: string; version: number }>()((db, param) =>
  db.deleteFrom('reviews').where('id', '=', param('reviewId')).where('version', '=', param('version')),
)

const insertRatings = bulkInsert('product_ratings', ['product_id', 'stars_1', 'stars_2', 'stars_3', 'stars_4', 'stars_5'], 'ON CONFLICT DO NOTHING')

interface StarValues extends Record<string, unknown> {
  productId: string
  s1: number
  s2: number
  s3: number
  s4: number
  s5: number
}

const addStars = preparedQuery<StarValues>()((db, param) =>
  db
    .updateTable('product_ratings')
    .set((eb) => ({
      stars_1: eb('stars_1', '+', param('s1')),
      stars_2: eb('stars_2', '+', param('s2')),
      stars_3: eb('stars_3', '+', param('s3')),
      stars_4: eb('stars_4', '+', param('s4')),
      stars_5: eb('stars_5', '+', param('s5')),
    }))
    .where('product_id', '=', param('productId'))
    .returning(['stars_1', 'stars_2', 'stars_3', 'stars_4', 'stars_5']),
)

const rateProduct = preparedQuery<{ productId: string; average: number | null; count: number }>()((db, param) =>
  db
    .updateTable('products')
    .set((eb) => ({
      rating_average: param('average'),
      rating_count: param('count'),
      version: eb('version', '+', 1),
      // What was listed still is, but for the rating; what was not waits for all of it.
      listed_version: sql<number>`CASE WHEN listed_version = version THEN version + 1 ELSE listed_version END`,
    }))
    .where('id', '=', param('productId'))
    .returning(['version', 'handle']),
)

const rateEntries = preparedQuery<{ productId: string }>()((db, param) =>
  db
    .updateTable('category_products')
    .set({ rating: sql<number>`(SELECT COALESCE(p.rating_average, 0) FROM products p WHERE p.id = category_products.product_id)` })
    .where('product_id', '=', param('productId')),
)

const productExists = preparedQuery<{ productId: string }>()((db, param) => db.selectFrom('products').select('id').where('id', '=', param('productId')))

const forgetAuthor = preparedQuery<{ customerId: string }>()((db, param) =>
  db
    .updateTable('reviews')
    .set((eb) => ({ customer_id: null, display_name: null, version: eb('version', '+', 1) }))
    .where('customer_id', '=', param('customerId')),
)

const forgetVoter = preparedQuery<{ customerId: string; pseudonym: string }>()((db, param) =>
  db
    .updateTable('review_votes')
    .set({ customer_id: param('pseudonym') })
    .where('customer_id', '=', param('customerId')),
)

/** Reviews, in the tables `reviews`, `review_votes` and `product_ratings`. */
export function sqlReviewStore(session: SqlSession): ReviewStore {
  const { codecs } = session
  return {
    find: ({ reviewId, owner }) => findReview(session, reviewId, owner),
    ofCustomer: (params) => reviewOfCustomer(session, params),
    list: (query) => listReviews(session, query),
    summary: ({ productId }) => ratingSummary(session, productId),
    purchaseOf: (params) => purchaseOf(session, params),
    lock: async ({ reviewId }) => {
      const row = await lockedReview.first(session, { reviewId })
      return row === undefined ? undefined : reviewFromRow(codecs, row)
    },
    insert: async (review) => ((await insertReviews(session, [reviewToRow(codecs, review)])) === 0 ? 'exists' : 'inserted'),
    save: async ({ review, expectedVersion }) => {
      const changed = await saveReview.run(session, { ...reviewToRow(codecs, review), expected_version: expectedVersion })
      return changed === 0 ? 'stale' : 'saved'
    },
    delete: ({ reviewId, expectedVersion }) => remove(session, reviewId, expectedVersion),
    vote: (params) => vote(session, params),
    countRating: ({ productId, stars }) => countRating(session, productId, stars),
    forgetCustomer: async ({ customerId, pseudonym }) => {
      await forgetVoter.run(session, { customerId, pseudonym })
      return forgetAuthor.run(session, { customerId })
    },
  }
}

/** The lock comes first: nobody votes between the two deletions. */
async function remove(session: SqlSession, reviewId: string, version: number): Promise<'deleted' | 'stale'> {
  const row = await lockedReview.first(session, { reviewId })
  if (row?.version !== version) return 'stale'
  await deleteVotes.run(session, { reviewId })
  return (await deleteReview.run(session, { reviewId, version })) === 0 ? 'stale' : 'deleted'
}

/** The first statement takes the lock of the product's stars until the transaction ends, so what the second writes is what they come to. */
async function countRating(session: SqlSession, productId: string, stars: Stars) {
  const [s1, s2, s3, s4, s5] = stars
  const values = { productId, s1, s2, s3, s4, s5 }
  let row = await addStars.first(session, values)
  if (row === undefined) {
    if ((await productExists.first(session, { productId })) === undefined) return undefined
    await insertRatings(session, [{ product_id: productId, stars_1: 0, stars_2: 0, stars_3: 0, stars_4: 0, stars_5: 0 }])
    row = await addStars.first(session, values)
  }
  const { average, count } = summaryOf(starsFromRow(row))
  const rated = await rateProduct.first(session, { productId, average, count })
  await rateEntries.run(session, { productId })
  return rated
}
