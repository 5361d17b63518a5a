import { expect, test } from 'vitest'
import { SlidingCounts } from './sliding-counts.ts'

function counted() {
  let nowMs = 0
  const counts = new SlidingCounts(() => nowMs)
  return {
    counts,
    at: (ms: number) => {
      nowMs = ms
    },
  }
}

test('it counts what was added within the second', () => {
  const { counts, at } = counted()
  at(100)
  counts.add('MUG')
  counts.add('MUG')
  counts.add('POT')
  expect([counts.of('MUG'), counts.of('POT'), counts.of('TEA')]).toEqual([2, 1, 0])
})

test('what was added in the second before counts for the part of it that the window still covers', () => {
  const { counts, at } = counted()
  at(500)
  for (let index = 0; index < 10; index += 1) counts.add('MUG')
  at(1_250)
  expect(counts.of('MUG')).toBeCloseTo(7.5)
  counts.add('MUG')
  expect(counts.of('MUG')).toBeCloseTo(8.5)
  at(1_900)
  expect(counts.of('MUG')).toBeCloseTo(2)
})

test('after two seconds nothing is left, also when nobody looked in between', () => {
  const { counts, at } = counted()
  counts.add('MUG')
  at(2_000)
  expect(counts.of('MUG')).toBe(0)
  counts.add('MUG')
  at(60_000)
  expect(counts.of('MUG')).toBe(0)
})
