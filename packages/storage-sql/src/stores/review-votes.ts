import type { ReviewStore, VoteResult } from '@cartwright/core/ports'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlBool, SqlTime } from '../engine/sql-dialect.ts'

const lockedReview = preparedQuery<{ reviewId: string }>()((db, param, dialect) =>
  db
    .selectFrom('reviews')
    .select(['customer_id', 'status', 'helpful_count', 'unhelpful_count'])
    .where('id', '=', param('reviewId'))
    .modifyEnd(dialect.forUpdate),
)

const voteOf = preparedQuery<{ reviewId: string; customerId: string }>()((db, param) =>
  db.selectFrom('review_votes').select('helpful').where('review_id', '=', param('reviewId')).where('customer_id', '=', param('customerId')),
)

const putVote = preparedQuery<{ reviewId: string; customerId: string; helpful: SqlBool; at: SqlTime }>()((db, param) =>
  db
    .insertInto('review_votes')
    .values({ review_id: param('reviewId'), customer_id: param('customerId'), helpful: param('helpful'), at: param('at') })
    .onConflict((conflict) => conflict.columns(['review_id', 'customer_id']).doUpdateSet({ helpful: param('helpful'), at: param('at') })),
)

const deleteVote = preparedQuery<{ reviewId: string; customerId: string }>()((db, param) =>
  db.deleteFrom('review_votes').where('review_id', '=', param('reviewId')).where('customer_id', '=', param('customerId')),
)

const countVotes = preparedQuery<{ reviewId: string; helpful: number; unhelpful: number }>()((db, param) =>
  db
    .updateTable('reviews')
    .set((eb) => ({ helpful_count: eb('helpful_count', '+', param('helpful')), unhelpful_count: eb('unhelpful_count', '+', param('unhelpful')) }))
    .where('id', '=', param('reviewId')),
)

/** Under the review's lock, so that nobody's vote comes between the one before and the counters. */
export async function vote(session: SqlSession, { reviewId, customerId, helpful }: Parameters<ReviewStore['vote']>[0]): Promise<VoteResult> {
  const { bool, time } = session.codecs
  const review = await lockedReview.first(session, { reviewId })
  if (review?.status !== 'approved') return { outcome: 'missing' }
  if (review.customer_id === customerId) return { outcome: 'own' }
  const row = await voteOf.first(session, { reviewId, customerId })
  const before = row === undefined ? null : bool.decode(row.helpful)
  const counts = { helpfulCount: review.helpful_count, unhelpfulCount: review.unhelpful_count }
  if (before === helpful) return { outcome: 'unchanged', ...counts }
  if (helpful === null) await deleteVote.run(session, { reviewId, customerId })
  else await putVote.run(session, { reviewId, customerId, helpful: bool.encode(helpful), at: time.encode(session.now) })
  const change = { helpful: one(helpful === true) - one(before === true), unhelpful: one(helpful === false) - one(before === false) }
  await countVotes.run(session, { reviewId, ...change })
  return { outcome: 'counted', helpfulCount: counts.helpfulCount + change.helpful, unhelpfulCount: counts.unhelpfulCount + change.unhelpful }
}

function one(holds: boolean): number {
  return holds ? 1 : 0
}
