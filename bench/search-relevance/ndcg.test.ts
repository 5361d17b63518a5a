import { describe, expect, it } from 'vitest'
import { crossValidate, folds } from './cross-validation.ts'
import { percentile } from './latency.ts'
import { meanOf, ndcg, recall } from './ndcg.ts'

const ratings = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 0],
])
const ten = { depth: 10, unjudged: 'zero' } as const

describe('nDCG', () => {
  it('is 1 for the best order and 0 when nothing good is found', () => {
    expect(ndcg(['a', 'b', 'c'], ratings, ten)).toBe(1)
    expect(ndcg(['c', 'x'], ratings, ten)).toBe(0)
    expect(ndcg([], ratings, ten)).toBe(0)
  })

  it('gains 2^rating - 1, discounted by the rank', () => {
    const ideal = 7 / Math.log2(2) + 3 / Math.log2(3)
    expect(ndcg(['b', 'a'], ratings, ten)).toBeCloseTo((3 / Math.log2(2) + 7 / Math.log2(3)) / ideal, 12)
  })

  it('counts unjudged documents as useless, or leaves them out', () => {
    expect(ndcg(['x', 'a', 'b'], ratings, ten)).toBeLessThan(1)
    expect(ndcg(['x', 'a', 'b'], ratings, { ...ten, unjudged: 'removed' })).toBe(1)
  })

  it('looks no deeper than it is told', () => {
    expect(ndcg(['c', 'a'], ratings, { ...ten, depth: 1 })).toBe(0)
    expect(ndcg(['x', 'a'], ratings, { depth: 1, unjudged: 'removed' })).toBe(1)
  })

  it('is undefined where nothing is rated above 0', () => {
    expect(ndcg(['a'], new Map([['a', 0]]), ten)).toBeUndefined()
    expect(meanOf([0.5, undefined, 1])).toBe(0.75)
    expect(meanOf([undefined])).toBe(0)
  })
})

describe('recall', () => {
  it('is the share of good documents among the first', () => {
    expect(recall(['a', 'x', 'b'], ratings, { depth: 20, rating: 2 })).toBe(1)
    expect(recall(['a', 'x', 'b'], ratings, { depth: 2, rating: 2 })).toBe(0.5)
    expect(recall(['a'], ratings, { depth: 20, rating: 4 })).toBeUndefined()
  })
})

describe('cross-validation', () => {
  it('deals every query into one fold, in the same way for the same seed', () => {
    const queries = Array.from({ length: 23 }, (_, n) => n)
    expect(
      folds(queries, 5, 7)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(queries)
    expect(folds(queries, 5, 7)).toEqual(folds(queries, 5, 7))
    expect(folds(queries, 5, 7)).not.toEqual(folds(queries, 5, 8))
    expect(folds(queries, 5, 7).map(({ length }) => length)).toEqual([5, 5, 5, 4, 4])
  })

  it('scores each query by what was best without it', () => {
    const score = (query: string, unjudgedZero: number) => ({ query, unjudgedZero, unjudgedRemoved: 0, recall: 0 })
    const queries = ['a', 'b', 'c', 'd']
    const steady = queries.map((query) => score(query, 0.6))
    const lucky = queries.map((query) => score(query, query === 'a' ? 1 : 0.5))
    const { mean, chosen } = crossValidate(
      new Map([
        ['steady', steady],
        ['lucky', lucky],
      ]),
      4,
      1,
    )
    expect(chosen.filter((name) => name === 'lucky')).toHaveLength(3)
    expect(mean).toBeCloseTo((0.6 + 3 * 0.5) / 4, 12)
  })
})

describe('percentile', () => {
  it('is by nearest rank', () => {
    expect([0.5, 0.95, 1].map((share) => percentile([4, 1, 3, 2], share))).toEqual([2, 4, 4])
    expect(percentile([], 0.5)).toBe(0)
  })
})
