import { describe, expect, it } from 'vitest'
import type { CustomerId, ProductId, ReviewId } from '../ids.ts'
import { moderatedReview, type Review, type ReviewRules, revisedReview, starsChange, summaryOf, withdrawnReview, writtenReview } from './review.ts'
import type { ReviewStatus } from './review-machine.ts'

const now = new Date('2026-03-01T12:00:00Z')
const later = new Date('2026-03-02T12:00:00Z')
const written = { id: 'r' as ReviewId, productId: 'p' as ProductId, customerId: 'ada' as CustomerId, orderLineId: null }
const content = { rating: 4, title: null, body: 'Good.', displayName: null } as const
const rules = (moderation: ReviewRules['moderation']): ReviewRules => ({ moderation, verifiedOnly: false })
const refusal = { reason: 'spam', note: null } as const

function inState(status: ReviewStatus, more: Partial<Review> = {}): Review {
  const refused = status === 'rejected' || status === 'hidden' ? refusal : null
  return { ...writtenReview({ ...written, ...content }, rules('none'), now), status, queuedAt: status === 'pending' ? now : null, refusal: refused, ...more }
}

describe('a review that is written', () => {
  it.each([
    ['before', 'pending', now],
    ['after', 'approved', now],
    ['none', 'approved', null],
  ] as const)('with moderation %s is %s', (moderation, status, queuedAt) => {
    expect(writtenReview({ ...written, ...content }, rules(moderation), now)).toMatchObject({ status, queuedAt, version: 1 })
  })
})

describe('a review that its author writes anew', () => {
  it.each([
    ['before', 'approved', 'pending', later],
    ['after', 'approved', 'approved', later],
    ['none', 'approved', 'approved', null],
    ['none', 'rejected', 'pending', later],
    ['after', 'hidden', 'pending', later],
    ['none', 'withdrawn', 'pending', later],
    ['none', 'pending', 'pending', now],
  ] as const)('with moderation %s, from %s is %s', (moderation, from, status, queuedAt) => {
    const review = inState(from)
    const revised = revisedReview(review, { rating: 1, orderLineId: null }, rules(moderation), later)
    expect(revised).toMatchObject({ rating: 1, body: 'Good.', status, queuedAt, refusal: review.refusal, editedAt: later, updatedAt: later, version: 2 })
  })

  it('keeps its place among what staff have not looked at yet', () => {
    const waiting = inState('approved', { queuedAt: now })
    for (const moderation of ['before', 'after', 'none'] as const) {
      expect(revisedReview(waiting, { orderLineId: null }, rules(moderation), later).queuedAt).toEqual(now)
    }
  })
})

describe('a decision of staff', () => {
  it.each([
    ['pending', 'rejected'],
    ['approved', 'hidden'],
    ['hidden', 'hidden'],
    ['rejected', 'rejected'],
  ] as const)('to reject makes one that is %s %s', (from, status) => {
    const decided = moderatedReview(inState(from), { decision: 'reject', reason: 'fake', note: 'a bot' }, 'ops', later)
    expect(decided).toMatchObject({ status, refusal: { reason: 'fake', note: 'a bot' }, moderatedBy: 'ops', queuedAt: null, version: 2 })
  })

  it.each(['pending', 'approved', 'hidden', 'rejected'] as const)('to approve ends the refusal of one that is %s', (from) => {
    const decided = moderatedReview(inState(from, { queuedAt: now }), { decision: 'approve' }, 'ops', later)
    expect(decided).toMatchObject({ status: 'approved', refusal: null, queuedAt: null, version: 2 })
  })

  it('that says nothing new changes nothing', () => {
    const hidden = inState('hidden')
    expect(moderatedReview(hidden, { decision: 'reject', ...refusal }, 'other', later)).toBe(hidden)
    const approved = inState('approved')
    expect(moderatedReview(approved, { decision: 'approve' }, 'other', later)).toBe(approved)
  })

  it('is not made about what its author has taken back', () => {
    const withdrawn = withdrawnReview(inState('approved'), now)
    expect(() => moderatedReview(withdrawn, { decision: 'approve' }, 'ops', later)).toThrow(expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }))
  })
})

describe('stars', () => {
  it('move only with what is shown', () => {
    const shown = inState('approved')
    expect(starsChange(undefined, shown)).toEqual([0, 0, 0, 1, 0])
    expect(starsChange(shown, { ...shown, rating: 1 })).toEqual([1, 0, 0, -1, 0])
    expect(starsChange(shown, undefined)).toEqual([0, 0, 0, -1, 0])
    expect(starsChange(shown, { ...shown, body: 'Other' })).toBeUndefined()
    expect(starsChange(inState('pending'), inState('rejected'))).toBeUndefined()
  })

  it('come to a mean', () => {
    expect(summaryOf([1, 0, 0, 0, 2])).toEqual({ average: 11 / 3, count: 3, stars: [1, 0, 0, 0, 2] })
    expect(summaryOf([0, 0, 0, 0, 0]).average).toBeNull()
  })
})
