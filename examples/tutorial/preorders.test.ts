import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the example of preorders does what it says', () => {
  expect(runExample('preorders', ':memory:')).toEqual([
    'The novel: preorder, by 2026-12-01',
    'Reading lamp: all of it by 2026-11-20',
    'NOVEL 2026-12-01, LAMP 2026-11-20',
    'now: 1 LAMP',
    'waits: 1 NOVEL until 2026-12-01',
    'waits: 1 LAMP until 2026-11-20',
    'not before 2026-12-01',
    'shipped, violations: 0',
  ])
})
