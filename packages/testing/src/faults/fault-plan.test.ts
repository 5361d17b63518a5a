import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.ts'
import { scriptedFaults, seededFaults } from './fault-plan.ts'

test('a script strikes at the n-th call of its own kind', () => {
  const plan = scriptedFaults([
    { call: 'read', nth: 2, fault: 'slow' },
    { call: 'write', nth: 1, fault: 'lost' },
  ])
  expect(['read', 'write', 'write', 'read', 'read'].map((call) => plan.next(call as 'read' | 'write'))).toEqual([
    undefined,
    'lost',
    undefined,
    'slow',
    undefined,
  ])
})

test('a seed strikes at the same calls every time, about as often as its rates say', () => {
  const run = (seed: number) => {
    const plan = seededFaults(seededRandom(seed), { lost: 0.2, slow: 0.1 })
    return Array.from({ length: 2_000 }, () => plan.next('any'))
  }
  expect(run(5)).toEqual(run(5))
  expect(run(5)).not.toEqual(run(6))
  const lost = run(5).filter((fault) => fault === 'lost').length
  expect(lost).toBeGreaterThan(300)
  expect(lost).toBeLessThan(500)
})
