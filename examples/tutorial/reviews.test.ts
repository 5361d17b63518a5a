import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of reviews does what it says', () => {
  expect(runExample('reviews', ':memory:')).toEqual([
    'pending, verified: true',
    'edit the one there is',
    '4 of 5 from 1: 0 0 0 1 0',
    '4 Pours well, helpful to 1; the shop: A new lid is on its way.',
    'edited: pending',
    'rejected: off_topic',
    'violations: 0',
  ])
})
